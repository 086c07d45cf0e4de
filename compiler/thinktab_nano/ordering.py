"""Questions about the larger of two numbers, and about the largest, the smallest and the order of up to six."""

import string

from . import phrases as P
from .arithmetic import DIGIT_WEIGHTS, DIGITS
from .questions import Asker, Facts, Language, Question
from .steps import comparison_steps, insertion_steps, running_extreme


def _numeral(asker: Asker, whole: int) -> str:
    places = asker.rng.choices((0, 1, 2, 3), (2, 4, 4, 2))[0]
    return f"{whole}.{''.join(asker.rng.choice(string.digits) for _ in range(places))}" if places else str(whole)


def _two_numerals(asker: Asker) -> tuple[str, str]:
    rng = asker.rng
    while True:
        if rng.random() < 0.3:
            first = asker.whole((*DIGITS, 6), (*DIGIT_WEIGHTS, 3))
            # half of them share leading digits, so that the later ones must decide
            second = (
                first // 10 ** (cut := rng.randint(1, 4)) * 10**cut + rng.randrange(10**cut)
                if rng.random() < 0.5
                else asker.whole(DIGITS, DIGIT_WEIGHTS)
            )
            a, b = str(first), str(second)
        else:
            top = rng.choice((9, 30, 99, 999))
            whole = rng.randint(0, top)
            a, b = _numeral(asker, whole), _numeral(asker, whole if rng.random() < 0.65 else rng.randint(0, top))
        # the famous pair is in the training data, because everybody asks it
        if asker.allows(f"{a}?{b}", {a, b} == {"9.11", "9.9"}):
            return a, b


def compare(asker: Asker, language: Language) -> Question:
    """The larger or smaller of two numbers, or a claim about them; the thought first names the question."""
    rng = asker.rng
    a, b = _two_numerals(asker)
    lines, sign = comparison_steps(a, b)
    english, smaller = language == "en", rng.random() < 0.35
    kind = rng.choices(("which", "compare", "is"), (5, 1, 2))[0]
    smaller = smaller and kind != "compare"
    if english:
        word = rng.choice(
            P.SMALLER_WORDS_EN
            if smaller and kind == "which"
            else P.SMALLER_WORDS_EN[:3]
            if smaller
            else P.LARGER_WORDS_EN
        )
        patterns = {"which": P.WHICH_EN, "compare": P.COMPARE_EN, "is": P.IS_EN}[kind]
        asked = "smaller: " if smaller else "larger: "
    else:
        word = "小" if smaller else "大"
        patterns = {"which": P.WHICH_ZH, "compare": P.COMPARE_ZH, "is": P.IS_ZH}[kind]
        asked = "较小：" if smaller else "较大："
    claimed = "<" if smaller else ">"
    core = asker.phrase(patterns).format(a=a, b=b, c=word, s=claimed)
    if kind == "is":
        goal, first, second = f"{a}{claimed}{b}?", a, b
    else:
        goal = f"{asked}{a}|{b}"
        first, second = (b, a) if sign not in ("=", claimed) else (a, b)
    shown = sign if first == a else claimed
    said = (
        {"=": "equal", "<": "smaller", ">": "larger"}[shown]
        if english
        else {"=": "一样大", "<": "小", ">": "大"}[shown]
    )
    if sign == "=":
        answer = f"{a} and {b} are **{said}**." if english else f"{a} 和 {b} **{said}**。"
    elif kind == "is":
        answer = f"{a} is **{said}** than {b}." if english else f"{a} 比 {b} **{said}**。"
    else:
        answer = f"**{first}** is {said} than {second}." if english else f"**{first}** 比 {second} {said}。"
    if kind == "is":
        holds = sign == claimed
        answer = (("Yes: " if holds else "No: ") if english else ("对：" if holds else "不对：")) + answer
    thought = "\n".join([goal, *lines, f"{first}{shown}{second}"])
    return Question(language, asker.surround(language, core), thought, answer, ("compare", first, second))


def _numbers(asker: Asker) -> list[int]:
    rng = asker.rng
    while True:
        digits = rng.choices(((1,), (2,), (1, 2), (3,), (2, 3), (1, 2, 3), (4,)), (1, 5, 4, 3, 3, 3, 1))[0]
        numbers = [
            asker.whole(digits, (1,) * len(digits)) for _ in range(rng.choices((2, 3, 4, 5, 6), (1, 5, 5, 4, 4))[0])
        ]
        if asker.allows(",".join(map(str, numbers))):
            return numbers


def _written(asker: Asker, language: Language, numbers: list[int]) -> str:
    """A list as people write it."""
    rng = asker.rng
    comma, last = rng.choice(
        ((", ", ", "), (", ", " and "), (", ", ", and "), (" ", " "), (",", ","), (", ", " or "))
        if language == "en"
        else (("、", "、"), ("、", "和"), ("，", "，"), (" ", " "), (",", ","), ("，", "和"), ("、", "、"))
    )
    words = [str(number) for number in numbers]
    text = comma.join(words[:-1]) + last + words[-1]
    return f"[{text}]" if comma[0] == "," and last == comma and rng.random() < 0.15 else text


def order(asker: Asker, language: Language) -> Question:
    """The largest, the smallest, or all in order."""
    rng = asker.rng
    numbers, english, up = _numbers(asker), language == "en", rng.random() < 0.6
    listed = _written(asker, language, numbers)
    facts: Facts = ("order", *numbers)
    if rng.random() < 0.45:
        largest = rng.random() < 0.55
        word = rng.choice(P.MOST_WORDS_EN[largest]) if english else "大" if largest else "小"
        core = asker.phrase(P.MOST_EN if english else P.MOST_ZH).format(l=listed, c=word)
        lines, best = running_extreme(numbers, largest), max(numbers) if largest else min(numbers)
        asked = ("largest: " if largest else "smallest: ") if english else ("最大：" if largest else "最小：")
        answer = (
            f"The {'largest' if largest else 'smallest'} is **{best}**." if english else f"最{word}的是 **{best}**。"
        )
        return Question(language, asker.surround(language, core), asked + "\n".join(lines), answer, facts)
    if rng.random() < 0.15:
        up, core = True, asker.phrase(P.SORT_PLAIN_EN if english else P.SORT_PLAIN_ZH).format(l=listed)
    else:
        core = asker.phrase(P.SORT_EN if english else P.SORT_ZH)
        way = rng.choice((P.SORT_WORDS_EN if english else P.SORT_WORDS_ZH)[up])
        core = core.replace(
            "in {d} order", rng.choice(("ascending", "increasing") if up else ("descending", "decreasing")) + " order"
        ).format(l=listed, d=way)
    lines, done = insertion_steps(numbers, up)
    asked = ("ascending: " if up else "descending: ") if english else ("升序：" if up else "降序：")
    answer = (", " if english else "、").join(map(str, done))
    return Question(language, asker.surround(language, core), asked + "\n".join(lines), f"**{answer}**", facts)
