"""Near misses in known words: pieces of questions that Nano answers, put together so that they ask something else."""

import re

from . import phrases as P
from . import phrases_near as M
from . import phrases_strange as N
from .animals import heads_and_legs
from .arithmetic import add, divide, multiply, subtract
from .chains import chain
from .clocks import calendar, clock
from .counting import count, word
from .decimals import decimal, percent
from .grammar import expand
from .ordering import compare, order
from .primes import prime
from .questions import Asker, Language, Maker, bare
from .quotients import quotient, rate
from .signed import signed
from .stories import story
from .words import NOUNS

# Families whose questions share no way of asking: the head of one and the tail of another ask nothing that Nano knows.
GROUPS = (
    *((add, subtract, multiply, quotient, chain, signed, decimal), (compare, order), (percent,), (divide, prime)),
    *((count,), (story,), (rate,), (clock, calendar), (heads_and_legs,)),
)
NUMBER = re.compile(r"-?[0-9０-９]+(?:[.:：][0-9０-９]+)*")
# what a step along the clock, the week or the year is counted in, and what it is not
CLOCK_UNITS_EN, CLOCK_UNITS_ZH = re.compile(r"\b(hour|minute)s?\b"), re.compile("个?小时|分钟")
DAY_UNITS_EN, DAY_UNITS_ZH = (
    re.compile(r"\b(day|month)s?\b"),
    re.compile("(?<=[0-9０-９一二三四五六七八九十百])(天|个月)"),
)
HAPPENINGS_EN = re.compile(
    r"\b(gives|brings|adds|sends|buys|gets|finds|receives|picks|collects|makes|wins|loses|eats|sells|uses|breaks|drops|"
    r"throws|donates|takes|borrows|eat|lose|sell|give|use|drop|throw|break|spend|buy|get|find|receive|pick|win)\b"
)
HAPPENINGS_ZH = re.compile(
    "买了|得到|拿来|放进|捡到|收到|找到|送来|做了|送出|吃了|用了|卖了|丢了|拿走|送给|借出|用掉|吃掉|卖出|弄丢了|给了|飞走|扔掉|花了"
)


def _of_group(asker: Asker, language: Language, group: int) -> str:
    """A question of one of the groups, without the signs at its end."""
    return bare(asker.rng.choice(GROUPS[group])(asker, language))


def _spliced(asker: Asker, language: Language) -> str:
    """The head of one question and the tail of a question of another group, with three numbers or more."""
    rng = asker.rng
    while True:
        first, second = rng.sample(range(len(GROUPS)), 2)
        head, tail = _of_group(asker, language, first), _of_group(asker, language, second)
        ends = [match.end() for match in NUMBER.finditer(head)]
        starts = [match.end() for match in NUMBER.finditer(tail)]
        if len(ends) < 2 or len(starts) < 2:
            continue
        kept = rng.randint(1, len(ends))
        left = rng.randint(1, len(starts) - 1)  # numbers of the tail
        if kept + left >= 3:
            return (
                head[: ends[kept - 1]] + tail[starts[-left - 1] :] + rng.choice(("", "?" if language == "en" else "？"))
            )


def _also(asker: Asker, language: Language) -> str:
    """A second result of the same numbers, asked after the first."""
    rng, english = asker.rng, language == "en"
    question = _of_group(asker, language, rng.choice((0, 0, 1, 1, 2, 3, 3, 5)))
    tail = expand(rng.choice(N.ALSO_EN if english else N.ALSO_ZH), rng)
    return question + tail + rng.choice(("", "?" if english else "？"))


def _several(asker: Asker, language: Language) -> str:
    """Two to five short sums at once."""
    rng = asker.rng
    signs = rng.choice(("+", "-", "*", "×", "+-", "+-*", "÷/"))
    space = rng.choice(("", " "))
    sums = [
        f"{asker.whole((1, 2, 3), (2, 4, 1))}{space}{rng.choice(signs)}{space}{asker.whole((1, 2), (1, 1))}"
        for _ in range(rng.choice((2, 3, 3, 3, 4, 5)))
    ]
    sums = [text + rng.choice(("", " =")) for text in sums] if rng.random() < 0.2 else sums
    join = rng.choice(
        ("\n", "\n", ", ", "; ", "  ", " and ") if language == "en" else ("\n", "\n", "，", "；", "、", "和", " ")
    )
    text = join.join(sums)
    return asker.surround(language, text) if rng.random() < 0.4 else text


def _odd_count(asker: Asker, language: Language) -> str:
    """Letters of more than one word or of no word, or something else than a letter, in every phrasing of a count."""
    rng, english = asker.rng, language == "en"
    letter, other = rng.sample("abcdefghijklmnoprstuvwy", 2)
    text = word(asker)
    if rng.random() < 0.6:
        words = [rng.choice(NOUNS) for _ in range(rng.choice((2, 2, 3, 4)))]
        small = rng.choice("the a my is of on and to in".split())
        text = rng.choice(
            (
                *(
                    " ".join(words),
                    f"{small} {words[0]}",
                    f"{small} {' '.join(words)}",
                    f"{words[0]} {small} {words[1]}",
                ),
                *(
                    str(asker.whole((3, 4, 5, 6), (1, 1, 1, 1))),
                    rng.choice(M.WORDS_ZH),
                    f"{words[0]}{rng.randint(2, 99)}",
                ),
            )
        )
        if text.isdigit():
            letter = rng.choice((*text, str(rng.randint(0, 9))))
    else:
        digits = str(rng.randint(0, 99))
        letter = rng.choice(
            (letter + other, f"{letter} {other}", rng.choice(N.PARTS_EN if english else N.PARTS_ZH), digits)
        )
    opening, closing = rng.choice(P.QUOTES_EN if english else P.QUOTES_ZH)
    core = asker.phrase(P.COUNT_EN if english else P.COUNT_ZH).format(w=f"{opening}{text}{closing}", c=letter)
    return asker.surround(language, core)


def _other_step(asker: Asker, language: Language) -> str:
    """A step along the clock, the week or the year in a unit in which Nano does not count."""
    rng, english = asker.rng, language == "en"
    while True:
        on_clock = rng.random() < 0.4
        text = (clock if on_clock else calendar)(asker, language).text
        if english:
            units = (
                "second day week month year" if on_clock else "week week year hour fortnight decade minute"
            ).split()
            found = (CLOCK_UNITS_EN if on_clock else DAY_UNITS_EN).search(text)
            unit = rng.choice(units) + "s"
        else:
            found = (CLOCK_UNITS_ZH if on_clock else DAY_UNITS_ZH).search(text)
            unit = rng.choice(
                "秒 天 周 个月 年 刻钟 秒钟".split() if on_clock else "周 个星期 年 小时 个小时 分钟 季度".split()
            )
        if found:
            return text[: found.start()] + unit + text[found.end() :]


def _not_done(asker: Asker, language: Language) -> str:
    """A story in which something does not happen, or may happen."""
    rng, english = asker.rng, language == "en"
    while True:
        text = story(asker, language).text
        found = list((HAPPENINGS_EN if english else HAPPENINGS_ZH).finditer(text))
        if not found:
            continue
        happening = rng.choice(found)
        before, verb, after = text[: happening.start()], happening.group(), text[happening.end() :]
        if not english:
            return before + rng.choice(N.NOT_DONE_ZH) + verb + after
        words = rng.choice(N.NOT_DONE_EN)
        verb = verb if words in N.KEEPS_VERB_EN else verb.removesuffix("s")
        return f"{before}{words} {verb}{after}"


def _series(asker: Asker, language: Language) -> str:
    """Numbers whose next one is asked for."""
    rng, english = asker.rng, language == "en"
    start, step = rng.randint(1, 40), rng.randint(1, 12)
    numbers = [start + step * index for index in range(rng.choice((3, 3, 4, 5)))]
    if rng.random() < 0.5:
        numbers = [rng.randint(1, 99) for _ in numbers]
    comma = rng.choice((", ", " ", ",") if english else ("、", "，", " ", ", "))
    listed = comma.join(map(str, numbers))
    return expand(rng.choice(N.SERIES_EN if english else N.SERIES_ZH), rng).format(l=listed, c=comma)


def _repeated(asker: Asker, language: Language) -> str:
    """Six to ten terms of two or three different numbers: what a look at the last number cannot count."""
    rng, english = asker.rng, language == "en"
    pool = [asker.whole((1, 2), (1, 1)) for _ in range(rng.choice((1, 2, 2, 3)))]
    numbers = [str(rng.choice(pool)) for _ in range(rng.choice((6, 6, 6, 7, 8, 10)))]
    signs = rng.choice(("+", "-", "×", "+×", "+-"))
    words = {"+": ("plus", "加"), "-": ("minus", "减"), "×": ("times", "乘")}
    if rng.random() < 0.35:
        parts = [words[rng.choice(signs)][not english] for _ in numbers[1:]]
        space = " " if english else ""
    else:
        parts, space = [rng.choice(signs) for _ in numbers[1:]], rng.choice(("", " "))
        if len(signs) == 2 and rng.random() < 0.5:  # a × b + a × b + …
            parts = [signs[index % 2 == 0] for index in range(len(parts))]
    text = numbers[0] + "".join(
        f"{space}{sign}{space}{number}" for sign, number in zip(parts, numbers[1:], strict=True)
    )
    text = text.replace("×", rng.choice("**×x") if english else rng.choice("*××"))
    return asker.surround(language, text) if rng.random() < 0.5 else text


def _off(asker: Asker, language: Language) -> str:
    """A number with so many percent taken off or added: no share of it."""
    english = language == "en"
    worded = Asker(asker.rng, asker.split)
    while True:
        head, of, tail = percent(worded, language).text.rpartition(" of " if english else "的")
        if of:
            other = asker.rng.choice((" off ", " off ", " more than ", " less than ") if english else N.OFF_ZH)
            return head + other + tail


MAKERS: dict[Maker, float] = {
    _spliced: 8,
    _also: 9,
    _several: 4,
    _odd_count: 7,
    _other_step: 4,
    _not_done: 4,
    _series: 2,
    _repeated: 4,
    _off: 1,
}


def mixed_up(asker: Asker, language: Language) -> str:
    """A near miss of one of the kinds above."""
    return asker.drawn(MAKERS)(asker, language)
