"""Near misses that are too long for Nano: more terms, or more digits, than it was taught."""

import string

from . import phrases as P
from . import phrases_daily as D
from . import phrases_reckoning as R
from . import stories as S
from .chains import LIST_JOINS_EN, LIST_JOINS_ZH, Expression, bracketed, compact, spaced
from .grammar import expand
from .numerals import in_words
from .questions import Asker, Language
from .quotients import DIVISORS

Patterns = tuple[tuple[str, ...], tuple[str, ...]]  # English, Chinese


def more_terms(asker: Asker, language: Language) -> str:
    """A chain, a list or a story with more numbers than Nano takes."""
    english = language == "en"
    kind = asker.rng.choices(("chain", "sum", "order", "story", "decimal", "signed"), (6, 2, 4, 4, 2, 2))[0]
    if kind == "story":
        return _long_story(asker, language)
    if kind == "order":
        return _long_list(asker, language)
    if kind == "sum":
        text = _listed(
            asker, language, [asker.whole((1, 2, 3), (3, 3, 1)) for _ in range(asker.rng.choice((6, 6, 7, 8, 10)))]
        )
        return asker.surround(language, asker.phrase(R.SUM_LIST_EN if english else R.SUM_LIST_ZH).format(l=text))
    expression = _long_chain(asker) if kind == "chain" else _odd_chain(asker, kind)
    return asker.surround(language, asker.phrase(R.CHAIN_EN if english else R.CHAIN_ZH).format(e=expression))


def _listed(asker: Asker, language: Language, numbers: list[int]) -> str:
    comma, last = asker.rng.choice(LIST_JOINS_EN if language == "en" else LIST_JOINS_ZH)
    words = [str(number) for number in numbers]
    return comma.join(words[:-1]) + last + words[-1]


def _long_chain(asker: Asker) -> str:
    """Six to ten numbers, or five with a number of four to seven digits."""
    rng = asker.rng
    terms = rng.choice((6, 6, 6, 7, 7, 8, 9, 10))
    operators = rng.choices("+-×", rng.choice(((4, 3, 4), (1, 0, 0), (1, 1, 0))), k=terms - 1)
    expression: Expression = [asker.whole((1, 2), (2, 1))]
    for operator in operators:
        expression += [operator, asker.whole((1, 2), (2, 1))]
    if rng.random() < 0.3:
        expression = bracketed(asker, expression)
    text = rng.choice((compact, spaced))(expression)
    return text.replace("×", rng.choice("**×x"))


def _odd_chain(asker: Asker, kind: str) -> str:
    """Three or more decimals, or numbers of which one is negative."""
    rng = asker.rng
    numbers = [str(asker.whole((1, 2), (2, 1))) for _ in range(rng.choice((3, 3, 4, 5)))]
    for index in rng.sample(range(len(numbers)), rng.randint(1, len(numbers))):
        numbers[index] = f"{numbers[index]}.{rng.randint(1, 9)}" if kind == "decimal" else f"(-{numbers[index]})"
    space = rng.choice(("", " "))
    text = numbers[0].strip("()")
    for number in numbers[1:]:
        text += f"{space}{rng.choice('+-*')}{space}{number}"
    return text


def _long_list(asker: Asker, language: Language) -> str:
    rng, english = asker.rng, language == "en"
    listed = _listed(
        asker, language, [asker.whole((1, 2, 3), (2, 4, 2)) for _ in range(rng.choice((7, 7, 8, 9, 10, 12)))]
    )
    if rng.random() < 0.45:
        word = rng.choice(P.MOST_WORDS_EN[rng.random() < 0.5]) if english else rng.choice("大小")
        core = asker.phrase(P.MOST_EN if english else P.MOST_ZH).format(l=listed, c=word)
    else:
        way = rng.choice((P.SORT_WORDS_EN if english else P.SORT_WORDS_ZH)[rng.random() < 0.5])
        core = asker.phrase(P.SORT_EN if english else P.SORT_ZH).replace("in {d} order", "{d}").format(l=listed, d=way)
    return asker.surround(language, core)


def _long_story(asker: Asker, language: Language) -> str:
    """A story in which three to five things happen."""
    rng, english = asker.rng, language == "en"
    happenings: Patterns = (S.GAIN_EN, S.LOSS_EN) if english else (S.GAIN_ZH, S.LOSS_ZH)
    parts: list[tuple[str, ...]] = [S.HAS_EN if english else S.HAS_ZH]
    parts += rng.choices(happenings, k=rng.choice((3, 3, 4, 5)))
    parts.append(S.NOW_EN if english else S.NOW_ZH)
    thing = rng.choice(S.THINGS_EN if english else S.THINGS_ZH)
    first, second = rng.sample(S.NAMES_EN if english else S.NAMES_ZH, 2)
    told = [
        expand(rng.choice(patterns), rng).format(
            n=first, m=second, o=thing, u=thing[0], t=thing[1:], a=rng.randint(20, 99), b=rng.randint(1, 20)
        )
        for patterns in parts
    ]
    return (" " if english else "，").join(told)


def _digits(asker: Asker, fewest: int) -> int:
    """A number with this many digits, or up to three more."""
    return asker.whole(tuple(fewest + more for more in range(4)), (5, 3, 2, 1))


def more_digits(asker: Asker, language: Language) -> str:
    """A number longer than Nano takes, or a number in the middle that it was not taught."""
    makers = (
        _long_pair,
        _long_chain_number,
        _long_decimal,
        _long_percent,
        _long_one,
        _long_words,
        _long_steps,
        _long_word,
    )
    core = asker.rng.choices(makers, (6, 3, 3, 2, 4, 3, 2, 2))[0](asker, language)
    return asker.surround(language, core)


def _long_pair(asker: Asker, language: Language) -> str:
    rng, english = asker.rng, language == "en"
    kind = rng.choice(("+", "+", "-", "-", "×", "×", "÷", "÷", "compare", "signed"))
    small = asker.whole((1, 2, 3, 4, 5), (1, 2, 2, 1, 1))
    patterns: Patterns
    if kind in "+-":
        a, b = _digits(asker, 6), rng.choice((small, _digits(asker, 6)))
        patterns = (P.ADD_EN, P.ADD_ZH) if kind == "+" else (P.SUB_EN, P.SUB_ZH)
    elif kind == "×":
        fewest, other = rng.choice(((4, (1, 2)), (3, (3, 4)), (5, (2, 3))))
        a, b = _digits(asker, fewest), asker.whole(other, (1, 1))
        patterns = (P.MUL_EN, P.MUL_ZH)
    elif kind == "÷":
        patterns = (R.DIVIDE_EN[:12], R.DIVIDE_ZH[:10])
        if rng.random() < 0.4:
            a, b = _digits(asker, 6), rng.choice(DIVISORS)
        else:
            a, b = asker.whole((2, 3, 4), (1, 1, 1)), rng.randint(13, 199)
            b += b in DIVISORS
        return asker.phrase(patterns[not english]).format(a=a, b=b)
    elif kind == "compare":
        a, b = _digits(asker, 8), _digits(asker, 7)
        patterns = (P.WHICH_EN, P.WHICH_ZH)
    else:
        a, b = -_digits(asker, 4), rng.choice((-1, 1)) * small
        patterns = (P.ADD_EN, P.ADD_ZH)
    if rng.random() < 0.5:
        a, b = b, a
    return asker.phrase(patterns[not english]).format(a=a, b=b, c="larger" if english else "大")


def _long_chain_number(asker: Asker, language: Language) -> str:
    rng = asker.rng
    expression: Expression = [asker.whole((1, 2), (1, 1))]
    for operator in rng.choices("+-×", k=rng.choice((2, 2, 3, 4))):
        expression += [operator, asker.whole((1, 2), (1, 1))]
    place = 2 * rng.randrange(len(expression) // 2 + 1)
    expression[place] = _digits(asker, 4)
    if rng.random() < 0.3:
        expression = bracketed(asker, expression)
    text = rng.choice((compact, spaced))(expression).replace("×", rng.choice("*×"))
    return asker.phrase(R.CHAIN_EN if language == "en" else R.CHAIN_ZH).format(e=text)


def _decimal(asker: Asker, whole: int, places: int) -> str:
    """A numeral with this whole part and as many places, the last of which is not zero."""
    digits = asker.rng.choices(string.digits, k=places - 1)
    return f"{whole}.{''.join(digits)}{asker.rng.choice(string.digits[1:])}"


def _long_decimal(asker: Asker, language: Language) -> str:
    rng, english = asker.rng, language == "en"
    operator = rng.choice("+-×")
    if rng.random() < 0.6:
        a = _decimal(asker, asker.whole((1, 2, 3), (3, 2, 1)), rng.choice((3, 3, 4, 5)))
    else:
        a = _decimal(asker, _digits(asker, 4), rng.choice((1, 2)))
    b = _decimal(asker, asker.whole((1, 2), (3, 2)), rng.choice((1, 2)))
    a, b = rng.choice(((a, b), (b, a)))
    signs, words = {"×": "*"}.get(operator, operator), (R.WORDS_EN if english else R.WORDS_ZH)[operator]
    return asker.phrase(R.DECIMAL_EN if english else R.DECIMAL_ZH).format(a=a, b=b, s=signs, w=rng.choice(words))


def _long_percent(asker: Asker, language: Language) -> str:
    rng = asker.rng
    share, a = rng.choice(
        (
            (f"{rng.randint(101, 999)}", asker.whole((3, 4), (1, 1))),
            (f"{rng.randint(1, 99)}", _digits(asker, 5)),
            (f"{rng.randint(0, 99)}.{rng.randint(1, 99)}", asker.whole((1, 2, 3), (1, 1, 1))),
            (f"-{rng.randint(1, 99)}", asker.whole((2, 3), (1, 1))),
        )
    )
    shown: object = a if rng.random() < 0.8 else f"{a}.{rng.randint(1, 99)}"
    return asker.phrase(R.PERCENT_EN if language == "en" else R.PERCENT_ZH).format(p=share, q=f"{share}%", a=shown)


def _long_one(asker: Asker, language: Language) -> str:
    english = language == "en"
    patterns, number = asker.rng.choice(
        (
            ((R.PRIME_EN, R.PRIME_ZH), str(_digits(asker, 4))),
            ((R.PRIME_EN, R.PRIME_ZH), str(_digits(asker, 4))),
            ((R.PRIME_EN, R.PRIME_ZH), f"-{asker.rng.randint(1, 99)}"),
            ((R.PRIME_EN, R.PRIME_ZH), f"{asker.rng.randint(1, 99)}.{asker.rng.randint(1, 9)}"),
            ((P.PARITY_EN, P.PARITY_ZH), f"{asker.rng.randint(1, 99)}.{asker.rng.randint(1, 9)}"),
        )
    )
    return asker.phrase(patterns[not english]).format(a=number)


def _long_words(asker: Asker, language: Language) -> str:
    """Numbers of a thousand and more in words."""
    rng, english = asker.rng, language == "en"
    a, b = asker.whole((4,), (1,)), asker.whole((1, 2, 3, 4), (1, 1, 1, 1))
    first, second = rng.choice(((a, b), (b, a)))
    patterns = rng.choice(((P.ADD_EN, P.ADD_ZH), (P.SUB_EN, P.SUB_ZH), (P.MUL_EN, P.MUL_ZH)))
    return asker.phrase(patterns[not english]).format(
        a=in_words(first, language, rng), b=in_words(second, language, rng)
    )


def _long_steps(asker: Asker, language: Language) -> str:
    """Heads and legs, or days, by the thousand."""
    rng, english = asker.rng, language == "en"
    if rng.random() < 0.5:
        heads = rng.randint(150, 5000)
        first, second = rng.choice(D.PAIRS_EN if english else D.PAIRS_ZH)
        return asker.phrase(D.HEADS_EN if english else D.HEADS_ZH).format(
            p=first, q=second, h=heads, l=3 * heads + heads % 2
        )
    day = rng.choice(D.WEEKDAYS_EN if english else ["星期二", "周五", "星期日"])
    return asker.phrase(D.DAY_AFTER_EN if english else D.DAY_AFTER_ZH).format(t=day, k=_digits(asker, 4))


def _long_word(asker: Asker, language: Language) -> str:
    rng = asker.rng
    text = "".join(rng.choice("bcdfghklmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(12, 20)))
    return asker.phrase(P.COUNT_EN if language == "en" else P.COUNT_ZH).format(w=text, c=rng.choice(text))
