"""Heads and legs of animals with two legs and with four: how many of each."""

from . import phrases_daily as P
from .operations import operation_lines, quotient_lines
from .questions import Asker, Language, Question
from .talk import refusal

MOST_HEADS = 99
ANY_PAIR_SHARE = 0.8  # of questions
IMPOSSIBLE_SHARE = 0.12  # of questions: no such animals, so that the answer is a refusal


def heads_and_legs_lines(heads: int, legs: int) -> tuple[list[str], tuple[int, int] | None]:
    """The lines up to where no animals can fit, or to the end; and how many have two legs and four."""
    lines, least = operation_lines(heads, "×", 2)
    more, over = operation_lines(legs, "-", least)
    lines += more
    if over < 0:
        return lines, None
    lines += quotient_lines(over, 2)
    if over % 2:
        return lines, None
    more, two_legged = operation_lines(heads, "-", over // 2)
    return [*lines, *more], None if two_legged < 0 else (two_legged, over // 2)


def heads_and_legs(asker: Asker, language: Language) -> Question:
    """Chickens and rabbits, or other such animals."""
    rng = asker.rng
    english = language == "en"
    possible = rng.random() >= IMPOSSIBLE_SHARE
    while True:
        heads = rng.randint(2, 40) if rng.random() < 0.6 else rng.randint(2, MOST_HEADS)
        legs = 2 * heads + 2 * rng.randint(0, heads) if possible else rng.randint(heads, 5 * heads)
        lines, found = heads_and_legs_lines(heads, legs)
        if (found is not None) == possible and asker.allows(f"legs{heads},{legs}", (heads, legs) == (35, 94)):
            break
    pairs = P.PAIRS_EN if english else P.PAIRS_ZH
    first, second = rng.choice(pairs)
    if rng.random() < ANY_PAIR_SHARE:  # so that the names are read, not guessed from each other
        first, second = rng.choice(pairs)[0], rng.choice(sorted({pair[1] for pair in pairs}))
    core = asker.phrase(P.HEADS_EN if english else P.HEADS_ZH).format(p=first, q=second, h=heads, l=legs)
    text, facts = asker.surround(language, core), ("legs", heads, legs)
    if found is None:
        return Question(language, text, "\n".join(lines), refusal(language), facts)
    two, four = found
    answer = (
        f"**{two}** {first} and **{four}** {second}." if english else f"{first} **{two}** 只，{second} **{four}** 只。"
    )
    return Question(language, text, "\n".join(lines), answer, facts)
