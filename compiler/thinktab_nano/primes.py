"""Prime or not, below 1,000: divided by one prime after the other, until the square of the next is larger."""

from . import phrases_reckoning as P
from .questions import Asker, Language, Question
from .steps import division_steps, sign_between

LIMIT = 1000
DIVISORS = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31)


def prime_lines(number: int) -> tuple[list[str], int]:
    """A line for every divisor tried, with its square compared first; and the divisor that fits, or 0.

    ``25|91<5: 1=5×0+1``, ``49|91<7: 9=7×1+2 21=7×3+0``; 2 and 5 look at the last digit alone, and if they fit, all
    digits are divided after it, as the other factor is read off there.
    """
    lines: list[str] = []
    for divisor in DIVISORS:
        square = divisor * divisor
        sign = sign_between(square, number)
        if sign == ">":
            return [*lines, f"{square}|{number}>"], 0
        digits = str(number)[-1:] if divisor in (2, 5) else str(number)
        parts, remainder = division_steps(int(digits), divisor)
        lines.append(f"{square}|{number}{sign}{divisor}: {' '.join(parts)}")
        if not remainder:
            if digits != str(number):
                lines.append(" ".join(division_steps(number, divisor)[0]))
            return lines, divisor
    return lines, 0


def prime(asker: Asker, language: Language) -> Question:
    """Whether a number is prime, and if not, a product of which it is."""
    rng = asker.rng
    while True:
        a = asker.whole((1, 2, 3), (1, 4, 6))
        if rng.random() < 0.6:  # fewer of those that the first divisors decide
            a |= 1
        if rng.random() < 0.35 and a % 3 == 0:
            continue
        if asker.allows(f"prime{a}", a < 20):
            break
    core = asker.phrase(P.PRIME_EN if language == "en" else P.PRIME_ZH).format(a=a)
    lines, divisor = prime_lines(a) if a > 1 else ([f"{a}|2<"], 0)
    english = language == "en"
    if a < 2:
        answer = f"{a} is **neither prime nor composite**." if english else f"{a} **既不是质数也不是合数**。"
    elif divisor:
        product = f"{divisor} × {a // divisor}"
        answer = f"{a} is **not prime**: {product}." if english else f"{a} **不是质数**：{product}。"
        lines.append(f"{a}={divisor}×{a // divisor}")
    else:
        answer = f"{a} is **prime**." if english else f"{a} **是质数**。"
    return Question(language, asker.surround(language, core), "\n".join(lines), answer, ("prime", a))
