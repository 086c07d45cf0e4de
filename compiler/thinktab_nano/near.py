"""Near misses: almost a question that Nano knows, with one thing too much, too little or other; all are refused."""

import string
from collections.abc import Callable
from dataclasses import replace

from . import phrases as P
from . import phrases_daily as D
from . import phrases_near as N
from . import phrases_reckoning as R
from . import stories as S
from .animals import heads_and_legs
from .arithmetic import add, divide, multiply, subtract
from .chains import chain
from .clocks import calendar, clock
from .counting import count, word
from .decimals import decimal, percent
from .grammar import expand
from .mixed_up import mixed_up
from .near_longer import more_digits, more_terms
from .ordering import compare, order
from .primes import prime
from .questions import Asker, Language, Maker, Question, bare
from .quotients import DIVISORS, quotient, rate
from .signed import signed
from .stories import story
from .strangers import strange
from .talk import refused
from .words import NOUNS, TOPICS_EN, TOPICS_ZH

Fill = dict[str, object]
ANSWERED: tuple[Callable[[Asker, Language], Question], ...] = (
    *(add, subtract, multiply, compare, order, divide, count, story, chain, signed, decimal, percent, quotient, rate),
    *(prime, clock, calendar, heads_and_legs),
)
OTHER_DIVISORS = [number for number in range(13, 99) if number not in DIVISORS]


def near(asker: Asker, language: Language) -> Question:
    """A near miss of one of the kinds below."""
    make = asker.drawn(KINDS)
    miss = refused(language, make(asker, language).strip())
    return replace(miss, alone=make is _empty)  # after another question it could be about that one


def _answered(asker: Asker, language: Language) -> str:
    """A question that Nano knows, without the sign at its end."""
    return bare(asker.rng.choice(ANSWERED)(asker, language))


def _second_question(asker: Asker, language: Language) -> str:
    first, second = _answered(asker, language), _answered(asker, language)
    join = asker.rng.choice(N.JOINS_EN if language == "en" else N.JOINS_ZH)
    if join[-2:] not in ("? ", "\n") and asker.rng.random() < 0.7:
        second = second[:1].lower() + second[1:]
    return first + join + second + asker.rng.choice(("", "?") if language == "en" else ("", "？"))


def _condition(asker: Asker, language: Language) -> str:
    added = asker.phrase(N.CONDITIONS_EN if language == "en" else N.CONDITIONS_ZH).format(n=asker.rng.randint(2, 20))
    return _answered(asker, language) + added + asker.rng.choice(("", "", "?" if language == "en" else "。"))


def _chatter(asker: Asker, language: Language) -> str:
    rng, english = asker.rng, language == "en"
    topic = rng.choice(TOPICS_EN if english else TOPICS_ZH)
    said = asker.phrase(N.CHATTER_EN if english else N.CHATTER_ZH).format(n=rng.randint(2, 60), t=topic)
    question, end = _answered(asker, language), "? " if english else "？"
    if rng.random() < 0.7:
        return f"{said}{' ' if english else ''}{question}{rng.choice((end, '', ''))}"
    return f"{question}{end}{said.rstrip(',，')}"


def _own_phrasing(
    asker: Asker, language: Language, patterns: tuple[tuple[str, ...], tuple[str, ...]], more: Fill
) -> str:
    """One of the patterns, English or Chinese, filled in, sometimes with an opener."""
    rng, english = asker.rng, language == "en"
    core = asker.phrase(patterns[not english]).format(**{**_numbers(asker), **more})
    if rng.random() < 0.2:
        core = expand(rng.choice(P.EN_OPENERS if english else P.ZH_OPENERS), rng) + core
    elif english and rng.random() < 0.4:
        core = core[:1].upper() + core[1:]
    return core + (rng.choice(("", "", "?" if english else "？")) if core[-1] not in "?？.。" else "")


def _numbers(asker: Asker) -> Fill:
    number, top = asker.rng.randint, asker.rng.choice((9, 20, 99, 999))
    fill = {"a": number(2, top), "b": number(1, min(top, 99)), "c": number(1, 99), "d": number(1, 9), "e": number(2, 9)}
    fill |= {"k": number(2, 12), "n": number(2, 30), "p": number(1, 99), "x": number(20, 400), "y": number(2, 12)}
    return {**fill, "z": asker.rng.choice(OTHER_DIVISORS)}


def _units(asker: Asker, language: Language) -> str:
    first, second = asker.rng.sample(N.UNIT_WORDS_EN if language == "en" else N.UNIT_WORDS_ZH, 2)
    return _own_phrasing(asker, language, (N.WITH_UNITS_EN, N.WITH_UNITS_ZH), {"u": first, "v": second})


def _empty(asker: Asker, language: Language) -> str:
    english = language == "en"
    person, thing = asker.rng.choice(S.NAMES_EN if english else S.NAMES_ZH), asker.rng.choice(S.THINGS_EN)
    fill: Fill = {"m": person, "o": thing, "c": asker.rng.choice(string.ascii_lowercase)}
    return _own_phrasing(asker, language, (N.EMPTY_EN, N.EMPTY_ZH), fill)


def _others(asker: Asker, language: Language) -> str:
    return _own_phrasing(asker, language, (N.OTHERS_EN, N.OTHERS_ZH), {})


def _letters(asker: Asker, language: Language) -> str:
    rng = asker.rng
    first, second = rng.sample(string.ascii_lowercase, 2)
    here, there = rng.sample(N.WORDS_ZH, 2)
    noun = rng.choice(NOUNS) if rng.random() < 0.8 else here
    fill: Fill = {"c": first, "d": second, "z": here, "z2": there, "y": rng.choice(here), "k": rng.choice(N.LANDS)}
    fill |= {"w": noun if language == "en" else word(asker), "w2": rng.choice(NOUNS), "w3": rng.choice(NOUNS)}
    return _own_phrasing(asker, language, (N.LETTERS_EN, N.LETTERS_ZH), fill)


def _times(asker: Asker, language: Language) -> str:
    number = asker.rng.randint
    fill: Fill = {
        "m": number(10, 12),
        "d": number(1, 28),
        "l": number(1, 12),
        "m2": number(10, 59),
        "x1": number(10, 59),
    }
    fill |= {"x": number(60, 99), "y": number(24, 99), "w": number(1900, 2100)}
    return _own_phrasing(asker, language, (N.TIMES_EN, N.TIMES_ZH), fill)


def _heads(asker: Asker, language: Language) -> str:
    heads = asker.rng.randint(3, 60)
    legs = 2 * heads + 2 * asker.rng.randint(0, heads)
    return _own_phrasing(asker, language, (N.HEADS_EN, N.HEADS_ZH), {"h": heads, "l": legs})


def _rates(asker: Asker, language: Language) -> str:
    mover = asker.rng.choice(R.MOVERS_EN if language == "en" else R.MOVERS_ZH)
    return _own_phrasing(asker, language, (N.RATES_EN, N.RATES_ZH), {"t": mover, "z": asker.rng.randint(2, 200)})


def _stories(asker: Asker, language: Language) -> str:
    rng, english = asker.rng, language == "en"
    first, second, third = rng.sample(S.NAMES_EN if english else S.NAMES_ZH, 3)
    thing, other = rng.sample(S.THINGS_EN if english else S.THINGS_ZH, 2)
    fill: Fill = {"n": first, "m": second, "l": third, "o": thing, "r": other, "u": thing[0], "t": thing[1:]}
    return _own_phrasing(asker, language, (N.STORIES_EN, N.STORIES_ZH), fill)


# Patterns with numbers that may be missing, English and Chinese, and the names of these numbers.
GIVEN: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (P.ADD_EN, P.ADD_ZH, "ab"),
    (P.SUB_EN, P.SUB_ZH, "ab"),
    (P.MUL_EN, P.MUL_ZH, "ab"),
    (P.DIVISIBLE_EN, P.DIVISIBLE_ZH, "ab"),
    (P.PARITY_EN, P.PARITY_ZH, "a"),
    (R.DIVIDE_EN, R.DIVIDE_ZH, "ab"),
    (R.PRIME_EN, R.PRIME_ZH, "a"),
    (R.PERCENT_EN, R.PERCENT_ZH, "a"),
    (R.SPEED_EN, R.SPEED_ZH, "xy"),
    (R.WAY_EN, R.WAY_ZH, "xy"),
    (R.TIME_EN, R.TIME_ZH, "xy"),
    (R.PRICE_EN, R.PRICE_ZH, "xy"),
    (R.MANY_EN, R.MANY_ZH, "xy"),
    (S.MINE_LOSS_EN, S.MINE_LOSS_ZH, "ab"),
    (S.MINE_GAIN_EN, S.MINE_GAIN_ZH, "ab"),
    (D.HEADS_EN, D.HEADS_ZH, "hl"),
    (D.DAY_AFTER_EN, D.DAY_AFTER_ZH, "k"),
    (D.MONTH_AFTER_EN, D.MONTH_AFTER_ZH, "k"),
)


def _missing(asker: Asker, language: Language) -> str:
    """A number is only hinted at."""
    rng, english = asker.rng, language == "en"
    english_patterns, chinese_patterns, names = rng.choice(GIVEN)
    phrase = asker.phrase(english_patterns if english else chinese_patterns)
    first, second = rng.sample(S.NAMES_EN if english else S.NAMES_ZH, 2)
    thing = rng.choice(S.THINGS_EN if english else S.THINGS_ZH)
    fill: Fill = {
        **_numbers(asker),
        "n": first,
        "m": second,
        "o": thing,
        "u": thing[0],
        "i": thing[1:],
        "q": "15%",
        "s": thing.removesuffix("s"),
    }
    fill |= (
        {"h": rng.choice(("hours", "minutes")), "w": "km", "v": "km/h"}
        if english
        else {"h": "小时", "w": "千米", "v": "千米/时"}
    )
    fill["t"] = thing[1:] if names == "ab" else rng.choice(R.MOVERS_EN if english else R.MOVERS_ZH)
    if names == "hl":
        fill |= dict(zip("pq", rng.choice(D.PAIRS_EN if english else D.PAIRS_ZH), strict=True))
        fill |= {"h": rng.randint(3, 60), "l": rng.randint(20, 200)}
    elif names == "k":
        months = english_patterns is D.MONTH_AFTER_EN
        chinese = [f"{month}月" for month in range(1, 13)] if months else [f"星期{day}" for day in D.WEEKDAYS_ZH]
        fill["t"] = rng.choice((D.MONTHS_EN if months else D.WEEKDAYS_EN) if english else chinese)
    elif not english and names == "xy":
        fill["k"] = fill["h"]
    for name in rng.sample(names, rng.randint(1, len(names)) if rng.random() < 0.3 else 1):
        fill[name] = rng.choice(N.UNKNOWN_EN if english else N.UNKNOWN_ZH)
    return asker.surround(language, phrase.format(**fill))


KINDS: dict[Maker, float] = {
    strange: 36,
    mixed_up: 30,
    more_terms: 11,
    more_digits: 9,
    _second_question: 10,
    _condition: 9,
    _chatter: 5,
    _missing: 6,
    _units: 6,
    _empty: 6,
    _others: 8,
    _letters: 4,
    _times: 4,
    _heads: 2.5,
    _rates: 4,
    _stories: 6,
}
