"""Decimals of up to two places, and percents of whole numbers: reckoned as whole numbers, then the point is set."""

from . import phrases_reckoning as P
from .numerals import chinese
from .operations import operation_lines, product_lines, result
from .questions import Asker, Language, Question
from .steps import align_decimals

SIGNS = {"+": "+", "-": "-−", "×": "*×x"}


def pointed(value: int, places: int) -> str:
    """A whole number of hundredths or tenths with its point: 375, 2 -> 3.75."""
    digits = str(abs(value)).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def trimmed(numeral: str) -> str:
    """A numeral with a point without zeros at its end: 3.50 -> 3.5, 4.00 -> 4."""
    return numeral.rstrip("0").rstrip(".")


def scaled(numeral: str) -> int:
    """The digits of a numeral as a whole number: 0.05 -> 5."""
    return int(numeral.replace(".", ""))


def decimal_lines(a: str, operator: str, b: str) -> tuple[list[str], str]:
    """The lines of an operation on two numerals, and its result. In a product, one of them is whole."""
    if operator == "×":
        places = sum(len(numeral.partition(".")[2]) for numeral in (a, b))
        lines = product_lines(scaled(a), scaled(b))
        numeral = pointed(scaled(a) * scaled(b), places)
        return [f"{a}×{b}", *lines, numeral], trimmed(numeral)
    left, right = align_decimals(a, b)
    lines, value = operation_lines(scaled(left), operator, scaled(right))
    numeral = pointed(value, len(left.partition(".")[2]))
    return [f"{left}{operator}{right}", *lines, numeral], trimmed(numeral)


def _numeral(asker: Asker, places: int) -> str:
    rng = asker.rng
    whole = 0 if rng.random() < 0.12 else asker.whole((1, 2, 3), (6, 4, 1))
    if not places:
        return str(whole)
    fraction = "".join(rng.choice("0123456789") for _ in range(places - 1))
    return f"{whole}.{fraction}{rng.choice('0123456789' if rng.random() < 0.1 else '123456789')}"


def decimal(asker: Asker, language: Language) -> Question:
    """The sum or difference of two decimals, or the product of a decimal and a whole number."""
    rng = asker.rng
    while True:
        operator = rng.choices("+-×", (5, 5, 3))[0]
        if operator == "×":
            a, b = _numeral(asker, rng.choice((1, 1, 2))), str(asker.whole((1, 2), (4, 1)))
            a, b = (b, a) if rng.random() < 0.3 else (a, b)
        else:
            a, b = (
                _numeral(asker, places)
                for places in rng.choice(((1, 1), (1, 2), (2, 1), (2, 2), (0, 1), (1, 0), (0, 2), (2, 0)))
            )
            if operator == "-" and float(a) < float(b) and rng.random() < 0.7:
                a, b = b, a
        if asker.allows(f"{a}{operator}{b}"):
            break
    english = language == "en"
    core = asker.phrase(P.DECIMAL_EN if english else P.DECIMAL_ZH).format(
        a=a,
        b=b,
        s=rng.choice(SIGNS[operator][: None if english else 2]),
        w=rng.choice((P.WORDS_EN if english else P.WORDS_ZH)[operator]),
    )
    lines, value = decimal_lines(a, operator, b)
    thought = "\n".join([*lines, f"{result(language)}{value}"])
    answer = f"{a} {operator} {b} = **{value}**"
    return Question(language, asker.surround(language, core), thought, answer, (operator, a, b))


def percent(asker: Asker, language: Language) -> Question:
    """A whole percentage of a whole number: their product with its point two places to the left."""
    rng = asker.rng
    while True:
        p = rng.choice((10, 20, 25, 50, 5, 15, 30, 75)) if rng.random() < 0.4 else rng.randint(1, 100)
        a = (
            rng.choice((10, 50, 100)) * rng.randint(1, 20)
            if rng.random() < 0.3
            else asker.whole((1, 2, 3, 4), (1, 5, 5, 2))
        )
        if (p < 100 or a < 100) and asker.allows(f"{p}%{a}"):
            break
    value = pointed(p * a, 2)
    thought = "\n".join([*product_lines(a, p), value, f"{result(language)}{trimmed(value)}"])
    if language == "en":
        core = asker.phrase(P.PERCENT_EN).format(p=p, a=a)
        answer = f"{p}% of {a} = **{trimmed(value)}**"
    else:
        share = rng.choice((f"{p}%", f"{p}%", f"百分之{p}", f"百分之{chinese(p)}"))
        core = asker.phrase(P.PERCENT_ZH).format(p=p, q=share, a=a)
        answer = f"{a} 的 {p}% = **{trimmed(value)}**"
    return Question(language, asker.surround(language, core), thought, answer, ("%", p, a))
