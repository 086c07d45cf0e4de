"""Near misses in strange words, signs and units: a word that no known question has makes a question unknown."""

import re
from functools import cache

from . import phrases as P
from . import phrases_daily as D
from . import phrases_reckoning as R
from . import phrases_strange as N
from . import stories as S
from .chains import chain
from .clocks import calendar, clock
from .decimals import decimal, percent
from .grammar import expand
from .ordering import compare, order
from .questions import Asker, Language, Maker, bare
from .quotients import quotient, rate
from .signed import signed
from .stories import story
from .words import NOUNS, TOPICS_EN, TOPICS_ZH, VERBS

SIGNS = ": ; | ~ @ # $ & \\ ^ = < > ! % ? \\/ -> ++ ** // && ∘ ÷÷ ≈ ≠ ≤ ∨".split()
# Whose words may be replaced: in a story another thing would be a question as good as the first. Letters are counted in
# any word, so no word is strange there: trained on such, Nano refused `How many r's are in strawberry?`.
FIXED = (chain, compare, order, decimal, percent, quotient, signed, clock, calendar)
KNOWN = (*FIXED, rate, story)


@cache
def known_words() -> frozenset[str]:
    """All English words and all Chinese characters of the phrasings that Nano answers."""
    texts = [
        text
        for room in (P, R, D, S)
        for value in vars(room).values()
        if isinstance(value, tuple)
        for text in value
        if isinstance(text, str)
    ]
    texts += S.THINGS_EN + S.THINGS_ZH + S.NAMES_EN + S.NAMES_ZH
    text = " ".join(texts).lower()
    return frozenset(re.findall(r"[a-z']+", text)) | frozenset(re.findall(r"[\u4e00-\u9fff]", text))


@cache
def strange_english() -> tuple[str, ...]:
    """English words that stand in no phrasing that Nano answers."""
    words = {*NOUNS, *VERBS, *N.STRANGE_EN, *" ".join(TOPICS_EN).lower().split()}
    return tuple(sorted(words - known_words()))


@cache
def strange_characters() -> tuple[str, ...]:
    """The common characters of GB 2312 (level 1, in rows 16 to 55) that stand in no phrasing that Nano answers."""
    characters = {
        bytes((row, column)).decode("gb2312")
        for row in range(0xB0, 0xD8)
        for column in range(0xA1, 0xFF if row < 0xD7 else 0xFA)
    }
    return tuple(sorted(characters - known_words()))


def stranger(asker: Asker, language: Language) -> str:
    """One word that Nano does not know: of the lists, or invented."""
    rng = asker.rng
    if language == "zh":
        kind = rng.random()
        if kind < 0.35:
            return rng.choice(N.STRANGE_ZH)
        if kind < 0.5:
            return rng.choice(TOPICS_ZH)
        found = [rng.choice(strange_characters()) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
        if rng.random() < 0.3:
            found.insert(rng.randint(0, len(found)), rng.choice("的一了在人有这上个大来地着就"))
        return "".join(found)
    if rng.random() < 0.8:
        return rng.choice(strange_english())
    while True:
        syllables = [rng.choice("bcdfghjklmnprstvwyz") + rng.choice("aeiou") for _ in range(rng.randint(1, 3))]
        invented = "".join(syllables) + rng.choice(("", "n", "r", "s", "t", "ly", "ing", "ed"))
        if invented not in known_words():
            return invented


def clause(asker: Asker, language: Language) -> str:
    """One to five strange words, sometimes with a number and with known words between them."""
    rng, english = asker.rng, language == "en"
    length = rng.choice((1, 1, 2, 2, 3, 4, 5) if english else (1, 1, 1, 2, 3))
    words = [stranger(asker, language) for _ in range(length)]
    if rng.random() < 0.25:
        words.insert(rng.randint(0, len(words)), str(rng.randint(2, rng.choice((9, 60, 2000)))))
    if english and rng.random() < 0.5:
        between = "the a in of by to is it and with for on at my if as are you so".split()
        words.insert(rng.randint(0, len(words) - 1), rng.choice(between))
    return (" " if english else "").join(words)


def _answered(asker: Asker, language: Language, fixed: bool = False) -> str:
    return bare(asker.rng.choice(FIXED if fixed else KNOWN)(asker, language))


def _around(asker: Asker, language: Language) -> str:
    """A clause before or after a known question."""
    rng, english = asker.rng, language == "en"
    words, question = clause(asker, language), _answered(asker, language)
    end = rng.choice(("", "?", ".", "")) if english else rng.choice(("", "？", "。", ""))
    if rng.random() < 0.4:
        return words + rng.choice(N.AFTER_CLAUSE_EN if english else N.AFTER_CLAUSE_ZH) + question + end
    return question + rng.choice(N.BEFORE_CLAUSE_EN if english else N.BEFORE_CLAUSE_ZH) + words + end


def _pieces(text: str, language: Language) -> list[str]:
    """Words, or in Chinese characters, with numbers whole; joined they are the text."""
    return re.findall(r"\S+\s*|\s+" if language == "en" else r"[0-9０-９.:：]+|[a-zA-Z]+|.|\n", text)


def _inside(asker: Asker, language: Language) -> str:
    """One or two strange words somewhere in a known question."""
    rng = asker.rng
    pieces = _pieces(_answered(asker, language), language)
    for _ in range(rng.choice((1, 1, 2))):
        space = " " if language == "en" else ""
        pieces.insert(rng.randint(0, len(pieces)), space + stranger(asker, language) + space)
    return re.sub(" +", " ", "".join(pieces)).strip() + rng.choice(("", "?" if language == "en" else "？"))


def _instead(asker: Asker, language: Language) -> str:
    """A strange word in the place of a word or sign of a known question."""
    rng = asker.rng
    pieces = _pieces(_answered(asker, language, fixed=True), language)
    places = [index for index, piece in enumerate(pieces) if not any(char.isdigit() for char in piece)]
    if not places:
        return _of_numbers(asker, language)
    place = rng.choice(places)
    pieces[place] = stranger(asker, language) + (" " if pieces[place].endswith(" ") else "")
    return "".join(pieces)


def _list(asker: Asker, language: Language) -> str:
    numbers = [str(asker.whole((1, 2, 3), (3, 4, 2))) for _ in range(asker.rng.choice((1, 2, 2, 3, 3, 4, 5)))]
    if asker.rng.random() < 0.1:
        numbers = [f"{number}.{asker.rng.randint(1, 9)}" for number in numbers]
    comma = asker.rng.choice((", ", " ", ", ", " and ", ",") if language == "en" else ("、", "，", "和", " "))
    return comma.join(numbers)


def _of_numbers(asker: Asker, language: Language) -> str:
    """An unknown thing of known numbers."""
    rng, english = asker.rng, language == "en"
    patterns = N.STRANGE_OF_EN if english else N.STRANGE_OF_ZH
    text = expand(rng.choice(patterns), rng).format(
        l=_list(asker, language),
        a=asker.whole((1, 2, 3), (2, 3, 2)),
        b=asker.whole((1, 2), (1, 1)),
        c=asker.whole((1, 2), (1, 1)),
        s=stranger(asker, language),
        s2=stranger(asker, language),
    )
    return text[:1].upper() + text[1:] if english and rng.random() < 0.4 else text


def _two_results(asker: Asker, language: Language) -> str:
    """Two results of the same numbers."""
    rng, english = asker.rng, language == "en"
    first, second = rng.sample(N.RESULTS_EN if english else N.RESULTS_ZH, 2)
    return expand(rng.choice(N.TWO_RESULTS_EN if english else N.TWO_RESULTS_ZH), rng).format(
        o=first, o2=second, a=rng.randint(2, 99), b=rng.randint(2, 30)
    )


def _claim(asker: Asker, language: Language) -> str:
    """A sum that is compared or judged instead of being reckoned."""
    rng, english = asker.rng, language == "en"
    space = rng.choice(("", " "))
    sum_text = f"{asker.whole((1, 2), (1, 2))}{space}{rng.choice('+-*×')}{space}{asker.whole((1, 2), (1, 1))}"
    return expand(rng.choice(N.CLAIMS_EN if english else N.CLAIMS_ZH), rng).format(
        e=sum_text, a=rng.randint(2, 99), b=rng.randint(2, 99), c=rng.randint(2, 99), s=stranger(asker, language)
    )


def _sign(asker: Asker, language: Language) -> str:
    """A chain with a sign that Nano does not know."""
    rng = asker.rng
    space = rng.choice(("", " ", " "))
    numbers = [str(asker.whole((1, 2, 3), (2, 3, 1))) for _ in range(rng.choice((2, 2, 3, 3, 4)))]
    signs = [rng.choice("+-*×") for _ in numbers[1:]]
    signs[rng.randrange(len(signs))] = rng.choice(SIGNS)
    steps = (f"{space}{sign}{space}{number}" for sign, number in zip(signs, numbers[1:], strict=True))
    text = numbers[0] + "".join(steps)
    patterns = R.CHAIN_EN if language == "en" else R.CHAIN_ZH
    return text if rng.random() < 0.5 else asker.phrase(patterns).format(e=text)


def _two_decimals(asker: Asker, language: Language) -> str:
    """The product of two decimals, or the quotient of a decimal."""
    rng, english = asker.rng, language == "en"
    a, b = (f"{asker.whole((1, 2), (2, 1))}.{rng.randint(1, 9)}" for _ in range(2))
    if rng.random() < 0.3:
        sign = rng.choice(("/", "÷", " / ", " ÷ "))
        text = f"{a}{sign}{rng.choice((b, str(rng.randint(2, 12))))}"
        return asker.surround(language, asker.phrase(R.CHAIN_EN if english else R.CHAIN_ZH).format(e=text))
    word = rng.choice((R.WORDS_EN if english else R.WORDS_ZH)["×"])
    text = asker.phrase(R.DECIMAL_EN if english else R.DECIMAL_ZH).format(a=a, b=b, s=rng.choice("*×x"), w=word)
    return asker.surround(language, text)


def _other_unit(asker: Asker, language: Language) -> str:
    """A way, a time or a speed in units that do not fit together."""
    rng, english = asker.rng, language == "en"
    units = R.UNITS_EN if english else R.UNITS_ZH
    (way, time, _), (_, other, speed) = rng.sample(units, 2)
    if other == time or rng.random() < 0.5:
        time = rng.choice([word for word in (N.TIMES_OF_EN if english else N.TIMES_OF_ZH) if word != other])
    fill: dict[str, object] = {"x": asker.whole((1, 2, 3), (1, 5, 2)), "y": rng.randint(2, 60), "w": way, "h": time}
    fill |= {"v": speed, "t": rng.choice(R.MOVERS_EN if english else R.MOVERS_ZH), "k": other}
    kind = rng.random()
    if kind < 0.5:
        return asker.surround(language, asker.phrase(R.WAY_EN if english else R.WAY_ZH).format(**fill))
    told = asker.phrase(R.SPEED_EN if english else R.SPEED_ZH).format(**{**fill, "k": time}).rstrip("?？ ")
    asked = rng.choice(N.IN_UNIT_EN if english else N.IN_UNIT_ZH).format(v=speed)
    return told + asked + rng.choice(("", "?" if english else "？"))


MAKERS: dict[Maker, float] = {
    _around: 8,
    _inside: 5,
    _instead: 4,
    _of_numbers: 7,
    _two_results: 5,
    _claim: 2,
    _sign: 2.5,
    _two_decimals: 1.5,
    _other_unit: 6,
}


def strange(asker: Asker, language: Language) -> str:
    """A near miss of one of the kinds above."""
    return asker.drawn(MAKERS)(asker, language)
