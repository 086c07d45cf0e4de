"""Sums, differences and products with negative numbers: the signs are taken out first."""

from . import phrases_reckoning as P
from .operations import operation_lines, result
from .questions import Asker, Language, Question

SIGNS = {"+": "+", "-": "-", "×": "*×"}
NEGATIVE_EN, NEGATIVE_ZH = ("minus ", "negative "), ("负",)


def signed(asker: Asker, language: Language) -> Question:
    """One operation on two numbers, of which at least one is negative."""
    rng = asker.rng
    english = language == "en"
    while True:
        operator = rng.choices("+-×", (4, 4, 3))[0]
        digits = ((1, 2, 3), (3, 4, 3)) if operator != "×" else ((1, 2), (3, 2))
        a, b = asker.whole(*digits), asker.whole(*digits)
        signs = rng.choice(((-1, 1), (-1, 1), (1, -1), (-1, -1)))
        a, b = a * signs[0], b * signs[1]
        if min(a, b) < 0 and asker.allows(f"{a}{operator}{b}"):
            break
    marks = (NEGATIVE_EN if english else NEGATIVE_ZH) if rng.random() < 0.2 else ("-",)

    def shown(number: int, brackets: bool) -> str:
        if number >= 0:
            return str(number)
        mark = rng.choice(marks)
        text = f"{mark}{-number}"
        return f"({text})" if mark == "-" and brackets else text

    words = rng.choice((P.WORDS_EN if english else P.WORDS_ZH)[operator][:2])
    core = asker.phrase(P.DECIMAL_EN if english else P.DECIMAL_ZH).format(
        a=shown(a, rng.random() < 0.1), b=shown(b, rng.random() < 0.6), s=rng.choice(SIGNS[operator]), w=words
    )
    lines, value = operation_lines(a, operator, b)
    second = f"({b})" if b < 0 else str(b)
    thought = "\n".join([*lines, f"{result(language)}{value}"])
    answer = f"{a} {operator} {second} = **{value}**"
    return Question(language, asker.surround(language, core), thought, answer, (operator, a, b))
