"""Questions strung into the token sequences that R1's template gives: earlier thoughts dropped, the last one opened by ``<think>``."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tokenizers import Tokenizer

from . import phrases, words
from .questions import FAMILIES, REPLIES, TRAIN, Family, Generator, Language, Question, Split
from .tokenizer import ASSISTANT, BOS, END_THINK, EOS, THINK, USER, build_tokenizer

FAMILY_WEIGHTS = (4.5, 4.5, 3, 3.5, 1.2, 3.5)
TURN_WEIGHTS = (70, 16, 7, 3, 2, 1, 1)  # of 0..6 earlier turns


@dataclass(frozen=True)
class Example:
    """``prompt`` ends after ``<think>\\n``; ``reply`` runs from the thought to the end-of-sentence token."""

    question: Question
    prompt: list[int]
    reply: list[int]


def vocabulary_characters() -> set[str]:
    """Every non-ASCII character of the phrasings and replies that Nano is about."""
    texts = [text for reply in REPLIES.values() for text in reply]
    for module in (phrases, words):
        for name, value in vars(module).items():
            if name.isupper() and name not in ("FOREIGN", "CODE"):
                texts += [part for item in value for part in ([item] if isinstance(item, str) else item)]
    texts += ["从个位开始逐位相加减：结果是负数。先算个数有里和比大小一样"]
    return {char for text in texts for char in text if ord(char) > 127}


def nano_tokenizer() -> Tokenizer:
    return build_tokenizer(vocabulary_characters())


class ConversationSampler:
    """An endless, seeded stream of examples; history turns come from the training split, the last question from ``split``."""

    def __init__(self, tokenizer: Tokenizer, seed: int, split: Split = TRAIN):
        self.rng = random.Random(seed)
        self.tokenizer = tokenizer
        self.history = Generator(self.rng)
        self.last = Generator(self.rng, split)

    def _encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def example(self, family: Family | None = None, language: Language | None = None, turns: int | None = None) -> Example:
        """One example; family, language and the number of earlier turns are drawn unless they are given."""
        rng = self.rng
        language = language or ("zh" if rng.random() < 0.45 else "en")
        parts = [BOS]
        for _ in range(rng.choices(range(7), TURN_WEIGHTS)[0] if turns is None else turns):
            earlier_language: Language = language if rng.random() < 0.8 else "en" if language == "zh" else "zh"
            earlier = self.history.draw(rng.choices(FAMILIES, FAMILY_WEIGHTS)[0], earlier_language)
            parts += [USER, earlier.text, ASSISTANT, earlier.answer, EOS]
        question = self.last.draw(family or rng.choices(FAMILIES, FAMILY_WEIGHTS)[0], language)
        parts += [USER, question.text, ASSISTANT, THINK, "\n"]
        prompt = self._encode("".join(parts))
        reply = self._encode(f"{question.thought}\n{END_THINK}\n\n{question.answer}{EOS}")
        return Example(question, prompt, reply)

    def __iter__(self) -> Iterator[Example]:
        while True:
            yield self.example()
