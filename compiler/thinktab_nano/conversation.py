"""Questions strung into the token sequences that R1's template gives.

Earlier thoughts are dropped, the last one is opened by ``<think>``.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tokenizers import Tokenizer

from . import arithmetic, ordering, phrases, stories, talk, words
from .families import FAMILIES, FAMILY_WEIGHTS
from .questions import TRAIN, Asker, Language, Question, Split
from .tokenizer import ASSISTANT, BOS, END_THINK, EOS, THINK, USER, build_tokenizer

TURN_WEIGHTS = (80, 11, 4, 2, 1, 1, 1)  # of 0..6 earlier turns


@dataclass(frozen=True)
class Example:
    """``prompt`` ends after ``<think>`` and a newline; ``reply`` runs from the thought to the end-of-sentence token."""

    family: str
    question: Question
    prompt: list[int]
    reply: list[int]


def _texts(value: object) -> Iterator[str]:
    """The strings inside a constant of a module."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))


def vocabulary_characters() -> set[str]:
    """Every non-ASCII character of the phrasings and replies for Nano."""
    texts = ["负数末位是奇数偶数余不能被整除对一样大小最较升降序的里有个数结果比个数÷×"]
    for module in (phrases, words, stories, talk, arithmetic, ordering):
        for name, value in vars(module).items():
            if name.isupper() and name not in ("FOREIGN", "CODE"):
                texts += _texts(value)
    return {char for text in texts for char in text if ord(char) > 127}


def nano_tokenizer() -> Tokenizer:
    """Nano's tokenizer, with every character that its data can hold."""
    return build_tokenizer(vocabulary_characters())


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
        """One example; family, language and the number of earlier turns are drawn if they are not given."""
        rng, names = self.rng, tuple(FAMILIES)
        language = language or ("zh" if rng.random() < 0.48 else "en")
        parts = [BOS]
        for _ in range(rng.choices(range(7), TURN_WEIGHTS)[0] if turns is None else turns):
            earlier_language: Language = language if rng.random() < 0.8 else "en" if language == "zh" else "zh"
            earlier = FAMILIES[rng.choices(names, FAMILY_WEIGHTS)[0]](self.history, earlier_language)
            parts += [USER, earlier.text, ASSISTANT, earlier.answer, EOS]
        family = family or rng.choices(names, FAMILY_WEIGHTS)[0]
        question = FAMILIES[family](self.last, language)
        parts += [USER, question.text, ASSISTANT, THINK, "\n"]
        prompt = self._encode("".join(parts))
        reply = self._encode(f"{question.thought}\n{END_THINK}\n\n{question.answer}{EOS}")
        return Example(family, question, prompt, reply)

    def __iter__(self) -> Iterator[Example]:
        while True:
            yield self.example()
