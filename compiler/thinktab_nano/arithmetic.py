"""Addition, subtraction, multiplication, even and odd, divisibility: columns and long division in the thought."""

from . import phrases as P
from .grammar import expand
from .operations import operation_lines, product_lines, quotient_lines, rest, result, sum_lines
from .questions import TRAIN, Asker, Language, Question

DIGITS, DIGIT_WEIGHTS, TERSE_DIGIT_WEIGHTS = (1, 2, 3, 4, 5), (3, 5, 5, 5, 5), (4, 8, 4, 1, 1)
SMALL = 20  # pairs below are always in the training data, because people try those first
QUICK_SHARE, TERSE_QUICK_SHARE = 0.1, 0.3  # of sums and products: small and without words
DIVISORS = range(2, 13)


def _pair(asker: Asker, operator: str) -> tuple[int, int]:
    rng, weights = asker.rng, TERSE_DIGIT_WEIGHTS if asker.terse else DIGIT_WEIGHTS
    while True:
        a = asker.whole(DIGITS, weights)
        b = asker.whole((len(str(a)),), (1,)) if rng.random() < 0.4 else asker.whole(DIGITS, weights)
        if asker.allows(f"{a}{operator}{b}", a < SMALL and b < SMALL):
            return a, b


def _quick(asker: Asker, language: Language, signs: str) -> tuple[str, int, int] | None:
    """A small pair alone, now and then; held-out questions are of the other kinds."""
    rng = asker.rng
    if asker.split != TRAIN or rng.random() >= (TERSE_QUICK_SHARE if asker.terse else QUICK_SHARE):
        return None
    a, b = rng.randrange(SMALL), rng.randrange(SMALL)
    pattern = rng.choice(P.QUICK_EN if language == "en" else P.QUICK_ZH)
    return expand(pattern, rng).format(a=a, b=b, s=rng.choice(signs)), a, b


def _as_read(phrase: str, a: int, b: int) -> tuple[int, int]:
    """The operands in the order in which the phrasing names them: the reply copies them from there."""
    return (a, b) if phrase.index("{a}") < phrase.index("{b}") else (b, a)


def add(asker: Asker, language: Language) -> Question:
    """A sum of two whole numbers."""
    if quick := _quick(asker, language, "+"):
        text, a, b = quick
    else:
        phrase = asker.phrase(P.ADD_EN if language == "en" else P.ADD_ZH)
        while True:
            a, b = _pair(asker, "+")
            first, second = _as_read(phrase, a, b)
            if asker.allows(f"{first}+{second}", a < SMALL and b < SMALL):
                break
        written = asker.writer(language)
        text = asker.surround(language, phrase.format(a=written(a), b=written(b)))
        a, b = first, second
    thought = "\n".join([*sum_lines(a, b), f"{result(language)}{a + b}"])
    return Question(language, text, thought, f"{a} + {b} = **{a + b}**", ("+", a, b))


def subtract(asker: Asker, language: Language) -> Question:
    """A difference of two whole numbers; it may be negative."""
    rng = asker.rng
    if quick := _quick(asker, language, "-"):
        text, a, b = quick
    else:
        while True:
            a, b = _pair(asker, "-")
            if a < b and rng.random() < 0.7:
                a, b = b, a
            if asker.allows(f"{a}-{b}", a < SMALL and b < SMALL):
                break
        phrase, written = asker.phrase(P.SUB_EN if language == "en" else P.SUB_ZH), asker.writer(language)
        text = asker.surround(language, phrase.format(a=written(a), b=written(b)))
    thought = "\n".join([*operation_lines(a, "-", b)[0], f"{result(language)}{a - b}"])
    return Question(language, text, thought, f"{a} - {b} = **{a - b}**", ("-", a, b))


def multiply(asker: Asker, language: Language) -> Question:
    """A product of two whole numbers."""
    rng = asker.rng
    if quick := _quick(asker, language, "*x×"):
        text, a, b = quick
    else:
        phrase = asker.phrase(P.MUL_EN if language == "en" else P.MUL_ZH)
        while True:
            a, b = asker.whole((1, 2, 3), (2, 4, 4)), asker.whole((1, 2), (3, 5))
            if rng.random() < 0.4:
                a, b = b, a
            first, second = _as_read(phrase, a, b)
            if asker.allows(f"{first}*{second}", a < 10 and b < 10):
                break
        written = asker.writer(language)
        text = asker.surround(language, phrase.format(a=written(a), b=written(b)))
        a, b = first, second
    thought = "\n".join([*product_lines(a, b), f"{result(language)}{a * b}"])
    return Question(language, text, thought, f"{a} × {b} = **{a * b}**", ("×", a, b))


def divide(asker: Asker, language: Language) -> Question:
    """Even or odd by the last digit; divisible or not by long division."""
    return _parity(asker, language) if asker.rng.random() < 0.4 else _divisible(asker, language)


def _parity(asker: Asker, language: Language) -> Question:
    a = asker.whole((1, 2, 3, 4, 5, 6, 7, 8), (2, 4, 4, 4, 3, 2, 1, 1))
    while not asker.allows(f"{a}%2", a < SMALL):
        a = asker.whole((2, 3, 4, 5, 6), (4, 4, 4, 3, 2))
    text = asker.surround(language, asker.phrase(P.PARITY_EN if language == "en" else P.PARITY_ZH).format(a=a))
    last, even, facts = a % 10, a % 2 == 0, ("parity", a)
    if language == "en":
        kind = "even" if even else "odd"
        return Question(language, text, f"Last digit: {last}\n{last} is {kind}", f"{a} is **{kind}**.", facts)
    kind = "偶数" if even else "奇数"
    return Question(language, text, f"末位：{last}\n{last}是{kind}", f"{a} 是**{kind}**。", facts)


def _divisible(asker: Asker, language: Language) -> Question:
    rng = asker.rng
    while True:
        a, b = asker.whole(DIGITS, (1, 4, 5, 4, 3)), rng.choice(DIVISORS)
        if rng.random() < 0.4:
            a -= a % b
        if asker.allows(f"{a}/{b}", a < SMALL):
            break
    text = asker.surround(
        language, asker.phrase(P.DIVISIBLE_EN if language == "en" else P.DIVISIBLE_ZH).format(a=a, b=b)
    )
    remainder = a % b
    if language == "en":
        verdict, negation = ("No", "not ") if remainder else ("Yes", "")
        left = f": remainder {remainder}" if remainder else ""
        answer = f"**{verdict}**, {a} is {negation}divisible by {b}{left}."
    else:
        verdict, left = ("不能", f"，余 {remainder}") if remainder else ("能", "")
        answer = f"**{verdict}**，{a} {verdict}被 {b} 整除{left}。"
    thought = "\n".join([*quotient_lines(a, b), f"{rest(language)}{remainder}"])
    return Question(language, text, thought, answer, ("divisible", a, b))
