"""How often a letter occurs in a word: spelled out, every hit numbered."""

import string

from . import phrases as P
from . import words as W
from .questions import Asker, Language, Question
from .steps import spell_and_count


def word(asker: Asker) -> str:
    """A noun, an invented word or a random string of 2 to 14 letters, trained on or held out as the split says."""
    rng = asker.rng
    while True:
        style = rng.random()
        if style < 0.55:
            text = rng.choice(W.NOUNS)
        elif style < 0.85:
            text = "".join(
                rng.choice("bcdfghjklmnpqrstvwxyz")
                + rng.choice("aeiou")
                + rng.choice(("", "", "n", "r", "s", "l", "tt", "rr", "ss", "ll"))
                for _ in range(rng.randint(1, 6))
            )
        else:
            alphabet = rng.sample(string.ascii_lowercase, rng.choice((4, 8, 26)))
            text = "".join(rng.choice(alphabet) for _ in range(rng.randint(2, 14)))
        if asker.allows(text, text == "strawberry"):
            return text


def counted(language: Language, text: str, letter: str) -> tuple[str, str]:
    """The thought and the answer about a letter of a word in lower case."""
    spelled, hits = spell_and_count(text, letter)
    if language == "en":
        answer = f'The letter "{letter}" occurs **{hits}** time{"" if hits == 1 else "s"} in "{text}".'
    else:
        answer = f"“{text}”里有 **{hits}** 个“{letter}”。"
    return f"{letter}: {spelled}\n{'Count: ' if language == 'en' else '个数：'}{hits}", answer


def count(asker: Asker, language: Language) -> Question:
    """How often a letter occurs in a word."""
    rng = asker.rng
    text = word(asker)
    letter = rng.choice(text) if rng.random() < 0.85 else rng.choice(string.ascii_lowercase)
    shown = rng.choices((text, text.capitalize(), text.upper()), (80, 15, 5))[0]
    letter_shown = letter.upper() if rng.random() < 0.12 else letter
    opening, closing = rng.choice(P.QUOTES_EN if language == "en" else P.QUOTES_ZH)
    core = asker.phrase(P.COUNT_EN if language == "en" else P.COUNT_ZH).format(
        w=f"{opening}{shown}{closing}", c=letter_shown
    )
    thought, answer = counted(language, text, letter)
    return Question(language, asker.surround(language, core), thought, answer, ("count", text, letter))
