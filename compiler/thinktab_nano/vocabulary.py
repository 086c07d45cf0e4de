"""The characters that Nano's data can hold, each of them one token."""

from collections.abc import Iterator

from tokenizers import Tokenizer

from . import (
    animals,
    arithmetic,
    chains,
    clocks,
    decimals,
    numerals,
    ordering,
    phrases,
    phrases_daily,
    phrases_near,
    phrases_reckoning,
    primes,
    quotients,
    signed,
    stories,
    talk,
    words,
)
from .tokenizer import build_tokenizer

MODULES = (
    *(animals, arithmetic, chains, clocks, decimals, numerals, ordering, phrases, phrases_daily, phrases_near),
    *(phrases_reckoning, primes, quotients, signed, stories, talk, words),
)
IN_REPLIES = (
    "负数末位是奇数偶数余不能被整除对一样大小最较升降序的里有个数结果比个数÷×因为质数也既合不是位第二前一天鸡兔只星期月"
    "，。：；（）“”、"
)
BYTES_ONLY = ("FOREIGN", "CODE")  # constants whose characters stay bytes


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
    texts = [IN_REPLIES, "十百千"]
    for module in MODULES:
        for name, value in vars(module).items():
            if name.isupper() and name not in BYTES_ONLY:
                texts += _texts(value)
    return {char for text in texts for char in text if ord(char) > 127}


def nano_tokenizer() -> Tokenizer:
    """Nano's tokenizer, with every character that its data can hold."""
    return build_tokenizer(vocabulary_characters())
