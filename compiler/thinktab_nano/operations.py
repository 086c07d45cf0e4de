"""One operation on two whole numbers of any sign, written out.

Its head, its form without signs, its columns and ``=value`` are a line each.
"""

from .questions import Language
from .steps import addition_steps, comparison_steps, division_steps, product_steps, subtraction_steps


def result(language: Language) -> str:
    """The word before a result."""
    return "Result: " if language == "en" else "结果："


def rest(language: Language) -> str:
    """The word before a remainder."""
    return "Remainder: " if language == "en" else "余数："


def sum_lines(a: int, b: int) -> list[str]:
    """``a+b:``, its columns and ``=sum`` of two non-negative numbers."""
    return [f"{a}+{b}:", *addition_steps(a, b), f"={a + b}"]


def product_lines(a: int, b: int) -> list[str]:
    """The product of two non-negative numbers, one of which has at most two digits.

    The longer one is multiplied: ``a×b:``, a line for every digit of b with its partial product, their sum, and
    ``=product``.
    """
    if len(str(a)) < len(str(b)):
        a, b = b, a
    lines, partial = [f"{a}×{b}:"], []
    for place, char in enumerate(reversed(str(b))):
        value = a * int(char) * 10**place
        partial.append(value)
        digits = " ".join(product_steps(a, int(char))) if int(char) > 1 else f"{a}×{char}"
        lines.append(f"{digits}: {a * int(char)}{f', {value}' if place else ''}")
    if len(partial) == 2:
        lines += sum_lines(*partial)
    return [*lines, f"={a * b}"] if len(partial) == 1 else lines


def quotient_lines(a: int, b: int) -> list[str]:
    """``a÷b:`` and its long division, for a >= 0 and b > 0."""
    return [f"{a}÷{b}:", *division_steps(a, b)[0]]


def operation_lines(a: int, operator: str, b: int) -> tuple[list[str], int]:
    """The lines of ``a operator b`` for ``+``, ``-`` or ``×``, and its value.

    Negative operands are first taken out (``-3+8:``, ``8-3``). A difference compares its numbers before its columns and
    is turned round if the second one is larger: ``3-8:``, ``3|8``, ``3|8<``, ``-(8-3)``, ``8-3=5``, ``=-5``.
    """
    x, y, signed = abs(a), abs(b), a < 0 or b < 0
    if operator == "×":
        if not signed:
            return product_lines(a, b), a * b
        negated = (a < 0) != (b < 0)
        form = f"-({x}×{y})" if negated else f"{x}×{y}"
        return [f"{a}×{b}:", form, *product_lines(x, y), *([f"={a * b}"] if negated else [])], a * b
    taken = (operator == "-") != (b < 0)  # whether the size of b is taken away from a
    value = a - y if taken else a + y
    if (a < 0) == taken:  # both point the same way, so their sizes are added
        form = f"-({x}+{y})" if taken else f"{x}+{y}"
        return [f"{a}{operator}{b}:", *([form] if signed else []), *addition_steps(x, y), f"={value}"], value
    first, second = (y, x) if a < 0 else (x, y)
    compared, sign = comparison_steps(str(first), str(second))
    turned = [f"-({second}-{first})"] if sign == "<" else []
    columns = subtraction_steps(max(x, y), min(x, y))
    form = f"{first}-{second}"
    return [f"{a}{operator}{b}:", *([form] if signed else []), *compared, *turned, *columns, f"={value}"], value
