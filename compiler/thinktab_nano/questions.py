"""The parts of a family of questions, and how its operands and phrasings are held out of training."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from . import phrases as P
from .grammar import expand, is_held_out, is_held_out_phrasing, phrasing, wordless
from .numerals import full_width, in_words

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
Maker = Callable[["Asker", Language], str]  # what makes the text of a near miss
Facts = tuple[str | int, ...]  # what a question is about: its kind, then its operands in the order of its answer
# of questions with numbers in words; of Chinese ones with ０ to ９; of those with nothing around them
WORDS_SHARE, FULL_WIDTH_SHARE, PLAIN_SHARE = 0.2, 0.05, 0.3
ROUND_SHARE = 0.06  # of numbers with several digits: zeros after the first, as in what people try


@dataclass(frozen=True)
class Split:
    """The source of a question: operands and words, and phrasings, each trained on or held out."""

    held_out_operands: bool = False
    held_out_phrasing: bool = False


TRAIN = Split()


@dataclass(frozen=True)
class Question:
    """Nano is taught to answer ``text``, asked right after ``before``, with ``thought`` and ``answer``."""

    language: Language
    text: str
    thought: str
    answer: str
    facts: Facts = ()
    before: tuple["Question", ...] = ()
    alone: bool = False  # nothing may be asked before it, for then it could have another answer


def bare(question: Question) -> str:
    """The text of a question without the signs at its end."""
    return question.text.strip().rstrip("?？.。!！ ")


class Asker:
    """Draws phrasings, operands and surroundings of one split from one random stream."""

    def __init__(self, rng: random.Random, split: Split = TRAIN):
        self.rng = rng
        self.split = split
        self.terse = False  # whether phrasings are without words and surroundings where there are such

    def drawn(self, weights: dict[Maker, float]) -> Maker:
        """One of the makers, by their weights."""
        return self.rng.choices(tuple(weights), tuple(weights.values()))[0]

    def phrase(self, patterns: tuple[str, ...]) -> str:
        """A phrasing, trained on or held out as the split says."""
        if self.terse and (texts := wordless(patterns)):
            return self.rng.choice(texts)
        return phrasing(patterns, self.rng, self.split.held_out_phrasing)

    def allows_phrasing(self, text: str) -> bool:
        """Whether a phrasing that was put together from several belongs to the split."""
        return is_held_out_phrasing(text) == self.split.held_out_phrasing

    def allows(self, key: str, common: bool = False) -> bool:
        """Whether operands with this key belong to the split; the most common ones are always trained on."""
        return self.split.held_out_operands == (not common and is_held_out(key))

    def surround(self, language: Language, core: str) -> str:
        """The question with an opener and a closer, and sometimes in lower case or with a capital."""
        rng = self.rng
        if self.terse or rng.random() < PLAIN_SHARE:
            core = core[:1].upper() + core[1:] if language == "en" and rng.random() < 0.7 else core
            return core + rng.choice(("", "?" if language == "en" else "？"))
        openers, closers = (P.EN_OPENERS, P.EN_CLOSERS) if language == "en" else (P.ZH_OPENERS, P.ZH_CLOSERS)
        opener = expand(rng.choice(openers), rng)
        if language == "en" and rng.random() < (0.15 if opener else 0.6):
            core = core[:1].upper() + core[1:]
        text = opener + core + expand(rng.choice(closers), rng)
        if language == "zh" and rng.random() < FULL_WIDTH_SHARE:
            text = full_width(text)
        return text.lower() if language == "en" and rng.random() < 0.08 else text

    def writer(self, language: Language, share: float = WORDS_SHARE) -> Callable[[int], str]:
        """How the numbers of one question are written: in digits, or now and then those below 1,000 in words."""
        rng = self.rng
        if rng.random() >= share:
            return str
        return lambda number: in_words(number, language, rng) if number < 1000 and rng.random() < 0.8 else str(number)

    def whole(self, digits: tuple[int, ...], weights: tuple[float, ...]) -> int:
        """A number with one of these counts of digits; a single digit may be 0."""
        count = self.rng.choices(digits, weights)[0]
        number = self.rng.randint(0 if count == 1 else 10 ** (count - 1), 10**count - 1)
        return number - number % 10 ** (count - 1) if self.rng.random() < ROUND_SHARE else number
