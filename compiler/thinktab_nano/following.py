"""Questions that go on from the last answer: another letter, why, one more operation, more of the same things."""

import re
import string
from collections.abc import Callable
from dataclasses import replace

from . import phrases_daily as P
from .arithmetic import add, divide, multiply, subtract
from .chains import chain
from .counting import count, counted
from .evidence import evidence
from .operations import operation_lines, result
from .ordering import compare, order
from .primes import prime
from .questions import Asker, Language, Question
from .quotients import quotient
from .stories import story
from .talk import decline, refusal, refused, smalltalk

Family = Callable[[Asker, Language], Question]
LONGEST_VALUE = 99_999  # of a result with which another sum goes on; a hundredth of it for products
EXPLAINED: tuple[Family, ...] = (
    add,
    subtract,
    multiply,
    compare,
    compare,
    count,
    divide,
    quotient,
    prime,
    chain,
    story,
)
COUNTABLE: tuple[Family, ...] = (add, subtract, multiply, chain, story, quotient)


def following(asker: Asker, language: Language) -> Question:
    """A question on the one before it; or one that asks on where nothing was asked, and is refused."""
    kinds: tuple[Family, ...] = (_letter, _why, _go_on, _story_on, _other_number, _still, _lost)
    return asker.rng.choices(kinds, (5, 5, 5, 5, 3, 1, 5))[0](asker, language)


def _earlier(asker: Asker, family: Family, language: Language) -> Question:
    """A question of the training data, to be asked first."""
    return family(Asker(asker.rng), language)


def _finished(asker: Asker, language: Language, text: str) -> str:
    """A phrasing with a question mark, or without, and in English sometimes with a capital."""
    rng = asker.rng
    text += (
        rng.choice(("", "", "?", "?", ".") if language == "en" else ("", "", "？", "？", "?"))
        if text[-1] not in "?？"
        else ""
    )
    return text[:1].upper() + text[1:] if language == "en" and rng.random() < 0.4 else text


def _phrase(asker: Asker, patterns: tuple[str, ...], language: Language, **fill: object) -> str:
    return _finished(asker, language, asker.phrase(patterns).format(**fill).strip())


def last_value(question: Question) -> int | None:
    """The whole number with which an answer ends in bold, if it is a result."""
    found = re.search(r"= \*\*(-?\d+)\*\*$", question.answer)
    return int(found[1]) if found else None


def _letter(asker: Asker, language: Language) -> Question:
    """Another letter of the word whose letters were counted, now and then after one more such question."""
    rng = asker.rng
    while True:
        before: tuple[Question, ...] = (_earlier(asker, count, language),)
        if rng.random() < 0.25:
            before = (*before, _next_letter(Asker(rng), language, before))
        question = _next_letter(asker, language, before)
        if asker.allows(",".join(map(str, question.facts[1:]))):
            return question


def _next_letter(asker: Asker, language: Language, before: tuple[Question, ...]) -> Question:
    rng = asker.rng
    word = str(before[-1].facts[1])
    letter = rng.choice(word) if rng.random() < 0.75 else rng.choice(string.ascii_lowercase)
    shown = letter.upper() if rng.random() < 0.1 else letter
    text = _phrase(asker, P.NEXT_LETTER_EN if language == "en" else P.NEXT_LETTER_ZH, language, c=shown)
    return Question(language, text, *counted(language, word, letter), ("count", word, letter), before)


def _why(asker: Asker, language: Language) -> Question:
    earlier = _earlier(asker, asker.rng.choice(EXPLAINED), language)
    text = _phrase(asker, P.WHY_EN if language == "en" else P.WHY_ZH, language)
    reasons = evidence(earlier.facts, language)
    if not reasons or earlier.answer == refusal(language) or earlier.language != language:
        return refused(language, text, (earlier,))
    answer = f"Because {', '.join(reasons)}." if language == "en" else f"因为{'，'.join(reasons)}。"
    return Question(language, text, earlier.thought, answer, ("why", *earlier.facts), (earlier,))


def _continued(
    language: Language, text: str, value: int, operator: str, b: int, before: tuple[Question, ...]
) -> Question:
    lines, total = operation_lines(value, operator, b)
    thought = "\n".join([*lines, f"{result(language)}{total}"])
    answer = f"{value} {operator} {b} = **{total}**"
    return Question(language, text, thought, answer, (operator, value, b), before)


def _go_on(asker: Asker, language: Language) -> Question:
    """Another operation on the last result."""
    rng = asker.rng
    while True:
        earlier = _earlier(asker, rng.choice(COUNTABLE), language)
        value, operator = last_value(earlier), rng.choice("++-××")
        if value is None or abs(value) > LONGEST_VALUE // (100 if operator == "×" else 1):
            continue
        b = (
            rng.randint(2, 10)
            if rng.random() < 0.6
            else asker.whole((1, 2) if operator == "×" else (1, 2, 3), (2, 3) if operator == "×" else (2, 3, 2))
        )
        if asker.allows(f"{value}{operator}{b},next"):
            break
    phrases = (P.GO_ON_EN if language == "en" else P.GO_ON_ZH)[operator]
    text = _phrase(asker, phrases, language, b=asker.writer(language)(b))
    return _continued(language, text, value, operator, b, (earlier,))


def _story_on(asker: Asker, language: Language) -> Question:
    """The story goes on: some more, or some less."""
    rng = asker.rng
    while True:
        earlier = _earlier(asker, story, language)
        value, operator = last_value(earlier), rng.choice("++-")
        b = rng.randint(1, 12) if rng.random() < 0.6 else asker.whole((1, 2), (1, 1))
        told = language == "en" or str(earlier.facts[2]) in earlier.text
        if (
            value is not None
            and told
            and b
            and (operator == "+" or b <= value)
            and asker.allows(f"{value}{operator}{b},on")
        ):
            break
    english = language == "en"
    gain, loss = (P.GAIN_ON_EN, P.LOSS_ON_EN) if english else (P.GAIN_ON_ZH, P.LOSS_ON_ZH)
    shown = asker.writer(language)(b)
    unit = "" if english else str(earlier.facts[2])[0]
    text = _phrase(asker, gain if operator == "+" else loss, language, b="两" if shown == "二" else shown, u=unit)
    return _continued(language, text, value, operator, b, (earlier,))


def _other_number(asker: Asker, language: Language) -> Question:
    """The same question about another number: even or odd, or prime."""
    rng = asker.rng
    family, kind = rng.choice(((divide, "parity"), (prime, "prime")))
    while (earlier := _earlier(asker, family, language)).facts[0] != kind:
        pass
    while (wanted := family(asker, language)).facts[0] != kind:
        pass
    phrases = P.OTHER_NUMBER_EN if language == "en" else P.OTHER_NUMBER_ZH
    text = _phrase(asker, phrases, language, n=wanted.facts[1])
    return Question(language, text, wanted.thought, wanted.answer, wanted.facts, (earlier,))


def _still(asker: Asker, language: Language) -> Question:
    """How many there are now: the last result again."""
    while True:
        earlier = _earlier(asker, story, language)
        value = last_value(earlier)
        if value is not None and (language == "en" or str(earlier.facts[2]) in earlier.text):
            break
    unit = "" if language == "en" else str(earlier.facts[2])[0]
    text = _phrase(asker, P.STILL_EN if language == "en" else P.STILL_ZH, language, u=unit)
    return Question(language, text, f"{result(language)}{value}", f"**{value}**", ("still", value), (earlier,))


def _lost(asker: Asker, language: Language) -> Question:
    """Asked on where nothing was asked, or something else."""
    rng = asker.rng
    english = language == "en"
    kind = rng.choices(("letter", "why", "go on", "story", "number"), (4, 3, 3, 4, 1))[0]
    b, operator = rng.randint(2, 99), rng.choice("+-×")
    unit = rng.choice("个本支张块只")
    patterns = {
        "letter": P.NEXT_LETTER_EN if english else P.NEXT_LETTER_ZH,
        "why": P.WHY_EN if english else P.WHY_ZH,
        "go on": (P.GO_ON_EN if english else P.GO_ON_ZH)[operator],
        "story": rng.choice(
            (P.GAIN_ON_EN, P.LOSS_ON_EN, P.STILL_EN) if english else (P.GAIN_ON_ZH, P.LOSS_ON_ZH, P.STILL_ZH)
        ),
        "number": P.OTHER_NUMBER_EN if english else P.OTHER_NUMBER_ZH,
    }[kind]
    text = _phrase(asker, patterns, language, b=b, n=b, u=unit, c=rng.choice(string.ascii_lowercase))
    if rng.random() < 0.5:
        return replace(refused(language, text), alone=True)
    others: dict[str, tuple[Family, ...]] = {
        "letter": (add, compare, story, smalltalk, decline, order),
        "why": (smalltalk, decline),
        "go on": (count, compare, smalltalk, decline, order),
        "story": (count, compare, smalltalk, decline, order),
        "number": (add, subtract, story, smalltalk, decline),
    }
    return refused(language, text, (_earlier(asker, rng.choice(others[kind]), language),))
