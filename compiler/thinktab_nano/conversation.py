"""Questions strung into the token sequences that R1's template gives.

Earlier thoughts are dropped, the last one is opened by ``<think>``.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tokenizers import Tokenizer

from .families import FAMILIES, FAMILY_WEIGHTS
from .questions import TRAIN, Asker, Language, Question, Split
from .talk import refusal, refused
from .tokenizer import ASSISTANT, BOS, END_THINK, EOS, THINK, USER

TURN_WEIGHTS = (80, 11, 4, 2, 1, 1, 1)  # of 0..6 earlier turns


def has_words(text: str) -> bool:
    """Whether a text has letters or characters of words: without any, a refusal is in the language of the chat."""
    return any(char.isalpha() for char in text)


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
        family = family or rng.choices(tuple(FAMILIES), FAMILY_WEIGHTS)[0]
        question = FAMILIES[family](self.last, language)
        turns = rng.choices(range(7), TURN_WEIGHTS)[0] if turns is None else turns
        earlier = [] if question.alone else [turn for _ in range(turns) for turn in self._earlier(language)]
        earlier += question.before
        if question.answer == refusal(question.language) and earlier and not has_words(question.text):
            question = refused(earlier[-1].language, question.text)
        parts = [BOS]
        for turn in earlier:
            parts += [USER, turn.text, ASSISTANT, turn.answer, EOS]
        parts += [USER, question.text, ASSISTANT, THINK, "\n"]
        prompt = self._encode("".join(parts))
        reply = self._encode(f"{question.thought}\n{END_THINK}\n\n{question.answer}{EOS}")
        return Example(family, question, prompt, reply)

    def _earlier(self, language: Language) -> tuple[Question, ...]:
        """A question of any family with what comes before it, four times in five in this language."""
        rng = self.rng
        chosen: Language = language if rng.random() < 0.8 else "en" if language == "zh" else "zh"
        question = FAMILIES[rng.choices(tuple(FAMILIES), FAMILY_WEIGHTS)[0]](self.history, chosen)
        return (*question.before, question)

    def __iter__(self) -> Iterator[Example]:
        while True:
            yield self.example()
