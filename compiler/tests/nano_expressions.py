"""Expressions as the tests read them, by code of their own."""

import re
from fractions import Fraction


def evaluated(expression: str) -> Fraction:
    """An expression of whole numbers, + - × and brackets, by recursive descent."""
    tokens = re.findall(r"\d+|[-+×()]", expression)

    def term() -> Fraction:
        value = factor()
        while tokens and tokens[0] == "×":
            tokens.pop(0)
            value *= factor()
        return value

    def factor() -> Fraction:
        token = tokens.pop(0)
        if token == "(":
            value = whole()
            assert tokens.pop(0) == ")"
            return value
        return -factor() if token == "-" else Fraction(token)

    def whole() -> Fraction:
        value = term()
        while tokens and tokens[0] in "+-":
            value += term() if tokens.pop(0) == "+" else -term()
        return value

    value = whole()
    assert not tokens
    return value


def full_width_undone(text: str) -> str:
    """A text with ０ to ９ as 0 to 9."""
    return text.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
