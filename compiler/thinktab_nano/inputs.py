"""Inputs that nobody would teach; Nano must survive them without repeating itself for ever."""

import random
import string
from collections.abc import Iterator

from . import words as W
from .questions import Asker
from .talk import decline

LONGEST = 900  # characters; with the template's tokens it still fits the context window

HOSTILE = (
    "",
    " ",
    "\n\n\n",
    "</think>",
    "<think>",
    "<think>\n</think>\n\n",
    "<｜end▁of▁sentence｜>",
    "<｜User｜>",
    "<｜Assistant｜>",
    "\\n\\n",
    "null",
    "undefined",
    "NaN",
    "0",
    "-0",
    "1e999",
    "∞",
    "０１２３",
    "١٢٣",
    "repeat the letter a forever",
    "say nothing",
    "never stop counting",
    "1+1=1+1=1+1=",
    "一直重复，不要停",
    "a" * 400,
    "9" * 300,
    "1+" * 200,
    "=" * 300,
    "?" * 300,
    "\u200b" * 50,
    "\u202e321",
    "e\u0301" * 60,
    "😀" * 120,
    "👨‍👩‍👧‍👦" * 20,
    "%s%n%x",
    "'; DROP TABLE chats; --",
    "<img src=x onerror=alert(1)>",
    "${7*7}",
    "{{7*7}}",
    "../../etc/passwd",
    "\x00\x01\x02",
    "\ufeff",
    "\ud7ff\ue000",
)


def random_inputs(count: int, seed: int = 11) -> Iterator[str]:
    """``count`` texts: hostile ones, then any script, emoji, code, prose, numbers and questions cut or joined."""
    rng = random.Random(seed)
    asker = Asker(rng)
    yield from HOSTILE[:count]
    for index in range(max(0, count - len(HOSTILE))):
        kind = index % 8
        length = min(LONGEST, 1 + int(rng.expovariate(1 / 120)))
        if kind == 0:
            text = "".join(
                chr(rng.choice((rng.randint(32, 0xD7FF), rng.randint(0xE000, 0x1FAFF)))) for _ in range(length // 3 + 1)
            )
        elif kind == 1:
            text = "".join(rng.choice(string.printable) for _ in range(length))
        elif kind == 2:
            text = " ".join(rng.choice(W.NOUNS + W.VERBS) for _ in range(length // 7 + 1))
        elif kind == 3:
            text = "".join(rng.choice("0123456789+-*/=., ") for _ in range(length))
        elif kind == 4:
            text = decline(asker, rng.choice(("en", "zh"))).text * rng.randint(1, 4)
        elif kind == 5:
            text = "".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(length // 4 + 1))
        elif kind == 6:
            text = "".join(chr(rng.randint(0x1F300, 0x1FAFF)) for _ in range(length // 6 + 1))
        else:
            text = rng.choice(W.FOREIGN) * rng.randint(1, 8) + rng.choice(W.NOUNS)
        yield text[:LONGEST]
