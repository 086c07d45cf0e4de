"""Column arithmetic and spelling, written out one checkable step a line. Pure functions on integers and strings."""


def addition_steps(a: int, b: int) -> list[str]:
    """Column sums of two non-negative integers, units first; a carried 1 is the third addend: ``4+5+1=10``."""
    left, right = str(a)[::-1], str(b)[::-1]
    carry, lines = 0, []
    for i in range(max(len(left), len(right))):
        x = int(left[i]) if i < len(left) else 0
        y = int(right[i]) if i < len(right) else 0
        total = x + y + carry
        lines.append(f"{x}+{y}{'+1' if carry else ''}={total}")
        carry = total // 10
    return lines


def subtraction_steps(a: int, b: int) -> list[str]:
    """Column differences for ``a >= b >= 0``, units first; a borrow shows as ``12-5=7`` and then ``-1`` in the next column."""
    if a < b:
        raise ValueError(f"subtraction_steps needs a >= b, got {a} and {b}")
    left, right = str(a)[::-1], str(b)[::-1]
    borrow, lines = 0, []
    for i, digit in enumerate(left):
        x, y = int(digit), int(right[i]) if i < len(right) else 0
        lend = x - y - borrow < 0
        taken = f"-{y}{'-1' if borrow else ''}"
        lines.append(f"{'1' if lend else ''}{x}{taken}={x - y - borrow + (10 if lend else 0)}")
        borrow = int(lend)
    return lines


def align_decimals(a: str, b: str) -> tuple[str, str]:
    """Both numerals with the same number of decimals, so that they compare digit by digit: 9.9, 9.11 -> 9.90, 9.11."""
    places = max(len(x.partition(".")[2]) for x in (a, b))
    if places == 0:
        return a, b

    def pad(x: str) -> str:
        whole, _, fraction = x.partition(".")
        return f"{whole}.{fraction.ljust(places, '0')}"

    return pad(a), pad(b)


def spell_and_count(word: str, letter: str) -> tuple[str, int]:
    """The word letter by letter, each hit numbered as it comes: banana, a -> ``b a=1 n a=2 n a=3``, 3. Case is ignored."""
    hits, parts = 0, []
    for char in word.lower():
        if char == letter.lower():
            hits += 1
            parts.append(f"{char}={hits}")
        else:
            parts.append(char)
    return " ".join(parts), hits
