"""Steps on a clock of 24 hours, through the week and through the year."""

from . import phrases_daily as P
from .operations import operation_lines, quotient_lines
from .questions import Asker, Language, Question


def clock_lines(start: tuple[int, int], sign: str, step: tuple[int, int]) -> tuple[list[str], str, int]:
    """The lines of a time of day (hour, minute) and a duration, the time they give, and by how many days it is off."""
    lines, minutes = operation_lines(start[1], sign, step[1])
    lines = [f"{start[0]}:{start[1]:02}{sign}{step[0]}:{step[1]:02}", *lines]
    hours = start[0]
    if step[0]:
        more, hours = operation_lines(hours, sign, step[0])
        lines += more
    while not 0 <= minutes < 60:
        more, minutes = operation_lines(minutes, "+" if minutes < 0 else "-", 60)
        carried, hours = operation_lines(hours, sign, 1)
        lines += more + carried
    days = 0
    while not 0 <= hours < 24:
        way = 1 if hours >= 24 else -1
        more, hours = operation_lines(hours, "-" if way > 0 else "+", 24)
        lines += more
        days += way
    return lines, f"{hours}:{minutes:02}", days


def cycle_lines(start: int, sign: str, step: int, length: int, first: int) -> tuple[list[str], int]:
    """The lines of a step along a cycle of some length whose places count from ``first``; and the place it leads to."""
    lines = []
    if step >= length:
        lines += [*quotient_lines(step, length), f"{step % length}"]
    more, place = operation_lines(start, sign, step % length)
    lines += more
    if not first <= place < first + length:
        more, place = operation_lines(place, "+" if place < first else "-", length)
        lines += more
    return lines, place


def _time(asker: Asker, language: Language, hour: int, minute: int) -> str:
    if language == "en" or asker.rng.random() < 0.4:
        return f"{hour}:{minute:02}"
    word = asker.rng.choice("点点时")
    return f"{hour}{word}{'半' if minute == 30 and asker.rng.random() < 0.6 else f'{minute}分' if minute else ''}"


def _duration(asker: Asker, language: Language, hours: int, minutes: int) -> str:
    number = asker.writer(language, 0.1)
    if language == "zh":
        hour_word, minute_word = asker.rng.choice(
            (("小时", "分钟"), ("小时", "分钟"), ("个小时", "分钟"), ("小时", "分"))
        )
        return (f"{number(hours)}{hour_word}" if hours else "") + (f"{number(minutes)}{minute_word}" if minutes else "")
    parts = [
        f"{number(count)} {word}{'' if count == 1 else 's'}"
        for count, word in ((hours, "hour"), (minutes, "minute"))
        if count
    ]
    return asker.rng.choice((" and ", " ")).join(parts)


def clock(asker: Asker, language: Language) -> Question:
    """A time of day after or before some hours and minutes."""
    rng = asker.rng
    sign = rng.choice("++-")
    while True:
        hour, minute = rng.randrange(24), rng.choice((0, 0, 5 * rng.randrange(12), rng.randrange(60)))
        hours, minutes = (
            rng.choice((0, rng.randint(1, 12), rng.randint(1, 23))),
            rng.choice((0, 5 * rng.randint(1, 18), rng.randint(1, 59))),
        )
        if hours + minutes and not (hours and minutes > 59) and asker.allows(f"{hour}:{minute}{sign}{hours}:{minutes}"):
            break
    english = language == "en"
    after, before = (P.CLOCK_AFTER_EN, P.CLOCK_BEFORE_EN) if english else (P.CLOCK_AFTER_ZH, P.CLOCK_BEFORE_ZH)
    core = asker.phrase(after if sign == "+" else before).format(
        t=_time(asker, language, hour, minute), d=_duration(asker, language, hours, minutes)
    )
    lines, time, days = clock_lines((hour, minute), sign, (hours, minutes))
    other = {
        0: "",
        1: " (the next day)" if english else "（第二天）",
        -1: " (the day before)" if english else "（前一天）",
    }
    facts = ("clock", f"{hour}:{minute:02}", sign, f"{hours}:{minutes:02}")
    return Question(language, asker.surround(language, core), "\n".join(lines), f"**{time}**{other[days]}", facts)


def calendar(asker: Asker, language: Language) -> Question:
    """The weekday or the month after or before some days or months."""
    return _weekday(asker, language) if asker.rng.random() < 0.65 else _month(asker, language)


def _weekday(asker: Asker, language: Language) -> Question:
    rng = asker.rng
    english, sign = language == "en", rng.choice("++-")
    while True:
        start, step = rng.randrange(7), asker.whole((1, 2, 3), (3, 5, 2))
        if step and asker.allows(f"day{start}{sign}{step}"):
            break
    after, before = (P.DAY_AFTER_EN, P.DAY_BEFORE_EN) if english else (P.DAY_AFTER_ZH, P.DAY_BEFORE_ZH)
    asked = (
        P.WEEKDAYS_EN[start]
        if english
        else rng.choice(P.WEEK_ZH) + (P.WEEKDAYS_ZH[start] if start or rng.random() < 0.8 else "天")
    )
    lines, place = cycle_lines(start, sign, step, 7, 0)
    names = P.WEEKDAYS_EN if english else [f"星期{day}" for day in P.WEEKDAYS_ZH]
    number = asker.writer(language, 0.1)
    core = asker.phrase(after if sign == "+" else before).format(t=asked, k=number(step))
    thought = "\n".join([f"{names[start]}={start}", *lines, f"{place}={names[place]}"])
    return Question(
        language, asker.surround(language, core), thought, f"**{names[place]}**", ("day", start, sign, step)
    )


def _month(asker: Asker, language: Language) -> Question:
    rng = asker.rng
    english, sign = language == "en", rng.choice("++-")
    while True:
        start, step = rng.randint(1, 12), rng.randint(1, 24)
        if asker.allows(f"month{start}{sign}{step}"):
            break
    after, before = (P.MONTH_AFTER_EN, P.MONTH_BEFORE_EN) if english else (P.MONTH_AFTER_ZH, P.MONTH_BEFORE_ZH)
    names = P.MONTHS_EN if english else [f"{month}月" for month in range(1, 13)]
    number = asker.writer(language, 0.1)
    asked = names[start - 1] if english else f"{number(start)}月"
    lines, place = cycle_lines(start, sign, step, 12, 1)
    core = asker.phrase(after if sign == "+" else before).format(t=asked, k=number(step))
    thought = "\n".join([f"{names[start - 1]}={start}", *lines, f"{place}={names[place - 1]}"])
    answer = f"**{names[place - 1]}**"
    return Question(language, asker.surround(language, core), thought, answer, ("month", start, sign, step))
