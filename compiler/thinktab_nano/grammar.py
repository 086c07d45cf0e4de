"""A tiny grammar for phrasings: ``[a|b]`` is one of its alternatives, ``[a|b]?`` one or nothing.

Brackets nest, the rest is literal.
"""

import random
import re
import zlib
from functools import cache

Node = str | tuple[tuple["Node", ...], ...]  # literal text, or alternatives that are sequences of nodes


def is_held_out(key: str) -> bool:
    """A sixteenth of all operands, words and phrasings, chosen by their CRC-32, is never trained on."""
    return zlib.crc32(key.encode()) % 16 == 0


def is_held_out_phrasing(text: str) -> bool:
    """The same for phrasings, but one English word, or numbers with nothing but signs, are always in the training data.

    The meaning of "hey" cannot be worked out from other words, and most people ask a sum without any.
    """
    return is_held_out(text) and not (is_wordless(text) or (text.isascii() and text.isalpha()))


def has_words(text: str) -> bool:
    """Whether a text has letters or characters of words."""
    return any(char.isalpha() for char in text)


def is_wordless(text: str) -> bool:
    """Whether a phrasing has signs alone around its numbers."""
    return not has_words(re.sub(r"\{\w+\}", "", text))


@cache
def parse(pattern: str) -> tuple[Node, ...]:
    """The nodes of a pattern; raises ValueError if brackets do not match."""
    stack: list[list[list[Node]]] = [[[]]]
    previous = ""
    for char in pattern:
        if char == "[":
            stack.append([[]])
        elif char == "|" and len(stack) > 1:
            stack[-1].append([])
        elif char == "]":
            if len(stack) == 1:
                raise ValueError(f"a bracket closes that was not opened: {pattern}")
            alternatives = stack.pop()
            stack[-1][-1].append(tuple(tuple(sequence) for sequence in alternatives))
        elif char == "?" and previous == "]":
            alternatives_before = stack[-1][-1][-1]
            assert isinstance(alternatives_before, tuple)
            stack[-1][-1][-1] = (*alternatives_before, ())
        else:
            stack[-1][-1].append(char)
        previous = char
    if len(stack) > 1:
        raise ValueError(f"a bracket is not closed: {pattern}")
    return tuple(stack[0][0])


def expand(pattern: str, rng: random.Random) -> str:
    """One phrasing of a pattern."""

    def walk(nodes: tuple[Node, ...]) -> str:
        return "".join(node if isinstance(node, str) else walk(rng.choice(node)) for node in nodes)

    return walk(parse(pattern))


def phrasing(patterns: tuple[str, ...], rng: random.Random, held_out: bool) -> str:
    """A phrasing of one of the patterns which is (or is not) held out; drawn again until it is."""
    while True:
        text = expand(rng.choice(patterns), rng)
        if is_held_out_phrasing(text) == held_out:
            return text


@cache
def wordless(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """All phrasings of the patterns that have no words."""
    return tuple(sorted(text for pattern in patterns for text in _all(parse(pattern)) if is_wordless(text)))


def _all(nodes: tuple[Node, ...]) -> list[str]:
    texts = [""]
    for node in nodes:
        more = [node] if isinstance(node, str) else [text for sequence in node for text in _all(sequence)]
        texts = [text + end for text in texts for end in more]
    return texts
