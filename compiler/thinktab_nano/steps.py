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
    """Column differences for ``a >= b >= 0``, units first.

    A column that falls short borrows: ``2-5<0 12-5=7``, and the next one has ``-1``. Raises ValueError for ``a < b``.
    """
    if a < b:
        raise ValueError(f"subtraction_steps needs a >= b, got {a} and {b}")
    left, right = str(a)[::-1], str(b)[::-1]
    borrow, lines = 0, []
    for i, digit in enumerate(left):
        x, y = int(digit), int(right[i]) if i < len(right) else 0
        column = f"{x}-{y}{'-1' if borrow else ''}"
        difference = x - y - borrow
        borrow = int(difference < 0)
        lines.append(f"{column}<0 1{column}={difference + 10}" if borrow else f"{column}={difference}")
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
    """The word letter by letter, each hit numbered: banana, a -> ``b a=1 n a=2 n a=3``, 3. Case is ignored."""
    hits, parts = 0, []
    for char in word.lower():
        if char == letter.lower():
            hits += 1
            parts.append(f"{char}={hits}")
        else:
            parts.append(char)
    return " ".join(parts), hits


def product_steps(a: int, digit: int) -> list[str]:
    """Products of a's digits with one digit, units first, the carry added at once.

    123, 5 -> ``3×5=15``, ``2×5+1=10+1=11``, ``1×5+1=5+1=6``.
    """
    carry, parts = 0, []
    for char in reversed(str(a)):
        product = int(char) * digit
        total = product + carry
        parts.append(f"{char}×{digit}+{carry}={product}+{carry}={total}" if carry else f"{char}×{digit}={total}")
        carry = total // 10
    return parts


def division_steps(a: int, divisor: int) -> tuple[list[str], int]:
    """Long division, highest digit first, each line ``dividend=divisor×digit+remainder``; and the last remainder."""
    remainder, lines = 0, []
    for char in str(a):
        part = remainder * 10 + int(char)
        remainder = part % divisor
        lines.append(f"{part}={divisor}×{part // divisor}+{remainder}")
    return lines, remainder


def sign_between(a: float, b: float) -> str:
    """``<``, ``=`` or ``>``."""
    return "=" if a == b else ">" if a > b else "<"


def comparison_steps(a: str, b: str) -> tuple[list[str], str]:
    """The comparison of two numerals without sign, and the sign between them.

    The length of the whole part decides, then the first pair of digits that differs: 9.9, 9.11 -> ``9.90|9.11``, ``9|9=
    9|1>``. A sign comes after both compared digits, because a decoder sees only tokens that it has written already.
    """
    left, right = align_decimals(a, b)
    lengths = [len(x.partition(".")[0]) for x in (left, right)]
    pairs = [lengths] if lengths[0] != lengths[1] else zip(left.replace(".", ""), right.replace(".", ""), strict=True)
    sign, compared = "=", []
    for x, y in pairs:
        sign = sign_between(int(x), int(y))
        compared.append(f"{x}|{y}{sign}")
        if sign != "=":
            break
    return [f"{left}|{right}", " ".join(compared)], sign


def running_extreme(numbers: list[int], largest: bool) -> list[str]:
    """The best so far after each number: 37, 52, 8 for the largest -> ``37``, ``37|52<: 52``, ``52|8>: 52``."""
    best, lines = numbers[0], [str(numbers[0])]
    for number in numbers[1:]:
        better = max(best, number) if largest else min(best, number)
        lines.append(f"{best}|{number}{sign_between(best, number)}: {better}")
        best = better
    return lines


def insertion_steps(numbers: list[int], ascending: bool) -> tuple[list[str], list[int]]:
    """Inserts each number: compares it from the left with the sorted ones, up to the first larger one."""
    done, lines = [numbers[0]], [str(numbers[0])]
    for number in numbers[1:]:
        compared, place = [], 0
        for other in done:
            compared.append(f"{number}|{other}{sign_between(number, other)}")
            if (number <= other) if ascending else (number >= other):
                break
            place += 1
        done = [*done[:place], number, *done[place:]]
        lines.append(f"{' '.join(compared)}: {' '.join(map(str, done))}")
    return lines, done
