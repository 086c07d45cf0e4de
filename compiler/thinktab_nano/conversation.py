"""Questions strung into the token sequences that R1's template gives.

Earlier thoughts are dropped, the last one is opened by ``<think>``.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tokenizers import Tokenizer

from .families import FAMILIES, FAMILY_WEIGHTS
from .grammar import has_words
from .questions import TRAIN, Asker, Language, Question, Split
from .strangers import clause
from .talk import refusal, refused
from .tokenizer import ASSISTANT, BOS, END_THINK, EOS, THINK, USER
from .words import TOPICS_EN, TOPICS_ZH

TURN_WEIGHTS = (68, 18, 7, 3, 2, 1, 1)  # of 0..6 earlier turns
# Chats of sums in signs alone, one after another: what people type who try it. Without them Nano refused `31 + 45`
# after `1 + 1`, for most other wordless questions with as many numbers before them are near misses.
TERSE_SHARE, TERSE_TURN_WEIGHTS = 0.25, (0, 5, 3, 2, 1, 1)
TERSE_FAMILIES = ("add", "subtract", "multiply", "chain", "signed", "decimal", "quotient")
TERSE_NEAR_SHARE, TERSE_EARLIER_SHARE = 0.3, 0.7  # of the last questions of such chats; of earlier ones that are terse
BROKEN_SHARE, TERSE_BROKEN_SHARE = 0.3, 0.5  # of earlier replies; of those in chats of bare sums


def _broken(answer: str, asker: Asker, language: Language) -> str:
    """What else can stand there: a reply that was stopped before its answer or in it, or that another model wrote."""
    rng = asker.rng
    kind = rng.random()
    if kind < 0.35:
        return ""
    if kind < 0.5:
        return answer[: rng.randint(1, len(answer))]
    clauses = [clause(asker, language) for _ in range(rng.choice((1, 1, 2, 3)))]
    words = f"{', '.join(clauses).capitalize()}." if language == "en" else f"{'，'.join(clauses)}。"
    return rng.choice((answer.replace("*", ""), rng.choice(TOPICS_EN + TOPICS_ZH), words, words, f"{answer} {words}"))


@dataclass(frozen=True)
class Example:
    """``prompt`` ends after ``<think>`` and a newline; ``reply`` runs from the thought to the end-of-sentence token."""

    family: str
    question: Question
    prompt: list[int]
    reply: list[int]


class ConversationSampler:
    """An endless, seeded stream of examples.

    History turns come from the training split, the last question from ``split``.
    """

    def __init__(self, tokenizer: Tokenizer, seed: int, split: Split = TRAIN):
        self.rng = random.Random(seed)
        self.tokenizer = tokenizer
        self.history = Asker(self.rng)
        self.last = Asker(self.rng, split)

    def _encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def example(self, family: str | None = None, language: Language | None = None, turns: int | None = None) -> Example:
        """One example; family, language and the number of earlier turns are drawn if they are not given.

        A question that goes on from another comes right after it, whatever the number.
        """
        rng = self.rng
        language = language or ("zh" if rng.random() < 0.48 else "en")
        terse = family is None and turns is None and rng.random() < TERSE_SHARE
        family = family or self._family(terse)
        self.last.terse = terse
        question = FAMILIES[family](self.last, language)
        weights = TERSE_TURN_WEIGHTS if terse else TURN_WEIGHTS
        turns = rng.choices(range(len(weights)), weights)[0] if turns is None else turns
        earlier = [] if question.alone else [turn for _ in range(turns) for turn in self._earlier(language, terse)]
        earlier += question.before
        # without words, a refusal is in the language of the chat
        if question.answer == refusal(question.language) and earlier and not has_words(question.text):
            question = refused(earlier[-1].language, question.text)
        parts = [BOS]
        for turn in earlier:
            parts += [USER, turn.text, ASSISTANT, turn.answer, EOS]
        parts += [USER, question.text, ASSISTANT, THINK, "\n"]
        prompt = self._encode("".join(parts))
        reply = self._encode(f"{question.thought}\n{END_THINK}\n\n{question.answer}{EOS}")
        return Example(family, question, prompt, reply)

    def _family(self, terse: bool) -> str:
        rng = self.rng
        if not terse:
            return rng.choices(tuple(FAMILIES), FAMILY_WEIGHTS)[0]
        return "near" if rng.random() < TERSE_NEAR_SHARE else rng.choice(TERSE_FAMILIES)

    def _earlier(self, language: Language, terse: bool) -> tuple[Question, ...]:
        """A question of any family with what comes before it, four times in five in this language."""
        rng = self.rng
        chosen: Language = language if rng.random() < 0.8 else "en" if language == "zh" else "zh"
        self.history.terse = terse and rng.random() < TERSE_EARLIER_SHARE
        question = FAMILIES[self._family(self.history.terse)](self.history, chosen)
        if rng.random() < (TERSE_BROKEN_SHARE if terse else BROKEN_SHARE):
            question = replace(question, answer=_broken(question.answer, self.history, chosen))
        return (*question.before, question)

    def __iter__(self) -> Iterator[Example]:
        while True:
            yield self.example()
