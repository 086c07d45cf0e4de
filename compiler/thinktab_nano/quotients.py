"""Division with its remainder, and rates: speed, way and time; price, number and unit price."""

from . import phrases_reckoning as P
from .decimals import decimal_lines
from .operations import operation_lines, product_lines, quotient_lines, rest, result
from .questions import TRAIN, Asker, Language, Question
from .stories import NAMES_EN, NAMES_ZH, THINGS_EN, THINGS_ZH
from .talk import refusal

DIVISORS = (*range(2, 13), 20, 25, 50, 100)
DIVISOR_WEIGHTS = (4, 4, 4, 4, 4, 4, 4, 4, 3, 2, 3, 1, 1, 1, 1)
UNEVEN_SHARE = 0.08  # of rates: they leave a remainder, so that the answer is a refusal


def quotient(asker: Asker, language: Language) -> Question:
    """A whole number divided by a small one, with the remainder if there is one."""
    rng = asker.rng
    english = language == "en"
    while True:
        a, b = asker.whole((1, 2, 3, 4, 5), (2, 5, 5, 3, 2)), rng.choices(DIVISORS, DIVISOR_WEIGHTS)[0]
        if rng.random() < 0.5:
            a -= a % b
        if asker.allows(f"{a}÷{b}", a < 20 and asker.split == TRAIN):
            break
    phrase, number = asker.phrase(P.DIVIDE_EN if english else P.DIVIDE_ZH), asker.writer(language)
    name, thing = _person_and_thing(asker, language)
    core = phrase.format(a=number(a), b=number(b), n=name, o=thing, u=thing[:1])
    value, remainder = divmod(a, b)
    left = f" remainder {remainder}" if english else f" 余 {remainder}"
    lines = [*quotient_lines(a, b), f"{rest(language)}{remainder}", f"{result(language)}{value}"]
    answer = f"{a} ÷ {b} = **{value}{left if remainder else ''}**"
    return Question(language, asker.surround(language, core), "\n".join(lines), answer, ("÷", a, b))


def _person_and_thing(asker: Asker, language: Language) -> tuple[str, str]:
    """A name and a thing; a Chinese thing begins with its measure word, of one character."""
    rng = asker.rng
    return (
        (rng.choice(NAMES_EN), rng.choice(THINGS_EN))
        if language == "en"
        else (rng.choice(NAMES_ZH), rng.choice(THINGS_ZH))
    )


def rate(asker: Asker, language: Language) -> Question:
    """A speed, a way or a time; a unit price or how many can be bought. Hours may be halves."""
    kind = asker.rng.choices(("speed", "way", "time", "price", "many"), (4, 4, 3, 5, 2))[0]
    if kind in ("speed", "way") and asker.rng.random() < 0.3:
        return _half_hours(asker, language, kind)
    return _product(asker, language) if kind == "way" else _division(asker, language, kind)


def _fill(asker: Asker, language: Language, x: object, y: object, hours: bool = False) -> tuple[dict[str, object], str]:
    """The values of the names in a pattern, and the unit of speed."""
    rng = asker.rng
    if language == "en":
        way, time, speed = rng.choice(P.UNITS_EN[:4] if hours else P.UNITS_EN)
        name, thing = _person_and_thing(asker, language)
        spelled = rng.choice((speed, speed, f"{way} per {time[:-1]}"))
        fill = {"x": x, "y": y, "w": way, "h": time, "v": spelled, "t": rng.choice(P.MOVERS_EN), "n": name}
        return {**fill, "o": thing, "s": "candy" if thing == "candies" else thing.removesuffix("s")}, speed
    way, time, speed = rng.choice(P.UNITS_ZH[:2] if hours else P.UNITS_ZH)
    _, thing = _person_and_thing(asker, language)
    spelled = rng.choice((speed, speed, f"{way}每{time}"))
    fill = {"x": x, "y": y, "w": way, "h": time, "v": spelled, "t": rng.choice(P.MOVERS_ZH), "o": thing, "u": thing[:1]}
    return {**fill, "i": thing[1:], "k": time.replace("分钟", "分")}, speed


def _product(asker: Asker, language: Language) -> Question:
    while True:
        x, y = asker.whole((1, 2, 3), (1, 5, 2)), asker.whole((1, 2), (5, 1))
        if x and y and asker.allows(f"way{x},{y}"):
            break
    phrase = asker.phrase(P.WAY_EN if language == "en" else P.WAY_ZH)
    fill, _ = _fill(asker, language, x, y)
    a, b = (x, y) if phrase.index("{x}") < phrase.index("{y}") else (y, x)
    thought = "\n".join([f"{a}×{b}", *product_lines(a, b), f"{result(language)}{a * b}"])
    answer = f"{a} × {b} = **{a * b}** {fill['w']}"
    return Question(language, asker.surround(language, phrase.format(**fill)), thought, answer, ("×", a, b))


def _division(asker: Asker, language: Language, kind: str) -> Question:
    rng = asker.rng
    english = language == "en"
    uneven = rng.random() < UNEVEN_SHARE
    while True:
        y = rng.choice(DIVISORS[:11])
        x = y * rng.randint(2, 99 if rng.random() < 0.7 else 12) + (rng.randrange(1, y) if uneven else 0)
        if asker.allows(f"{kind}{x},{y}"):
            break
    patterns = {
        "speed": (P.SPEED_EN, P.SPEED_ZH),
        "time": (P.TIME_EN, P.TIME_ZH),
        "price": (P.PRICE_EN, P.PRICE_ZH),
        "many": (P.MANY_EN, P.MANY_ZH),
    }[kind]
    phrase = asker.phrase(patterns[not english])
    fill, speed = _fill(asker, language, x, y)
    text = asker.surround(language, phrase.format(**fill))
    lines = [f"{x}÷{y}", *quotient_lines(x, y), f"{rest(language)}{x % y}"]
    if uneven:
        return Question(language, text, "\n".join(lines), refusal(language), ("÷", x, y))
    unit = {"speed": speed, "time": str(fill["h"])}.get(kind, "")
    lines.append(f"{result(language)}{x // y}")
    answer = f"{x} ÷ {y} = **{x // y}**{' ' if unit else ''}{unit}"
    return Question(language, text, "\n".join(lines), answer, ("÷", x, y))


def _half_hours(asker: Asker, language: Language, kind: str) -> Question:
    """A time of some hours and a half: a speed is found from twice the way in twice the time."""
    rng = asker.rng
    while True:
        twice = rng.choice((1, 3, 3, 3, 5, 5, 7, 9))
        x = rng.choice((1, 1, 2, 5, 10)) * rng.randint(2, 60) * (twice if kind == "speed" else 1)
        if x < 1000 and asker.allows(f"{kind}{x},{twice}/2"):
            break
    hours = f"{twice // 2}.5"
    patterns = (P.SPEED_EN, P.SPEED_ZH) if kind == "speed" else (P.WAY_EN, P.WAY_ZH)
    phrase = asker.phrase(patterns[language != "en"])
    fill, speed = _fill(asker, language, x, hours, hours=True)
    text = asker.surround(language, phrase.format(**fill))
    if kind == "way":
        a, b = (str(x), hours) if phrase.index("{x}") < phrase.index("{y}") else (hours, str(x))
        lines, value = decimal_lines(a, "×", b)
        answer = f"{a} × {b} = **{value}** {fill['w']}"
        return Question(language, text, "\n".join([*lines, f"{result(language)}{value}"]), answer, ("×", a, b))
    doubled, even = operation_lines(x, "×", 2)
    lines = [f"{x}÷{hours}", *doubled, f"{hours}×2={twice}"]
    if twice > 1:
        lines += quotient_lines(even, twice)
    speed_value = even // twice
    lines.append(f"{result(language)}{speed_value}")
    return Question(
        language, text, "\n".join(lines), f"{x} ÷ {hours} = **{speed_value}** {speed}", ("÷", str(x), hours)
    )
