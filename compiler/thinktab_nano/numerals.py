"""Numbers in words, in English and Chinese, and digits of full width."""

import random
from typing import Literal

ONES_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS_EN = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
DIGITS_ZH = "零一二三四五六七八九"
FULL_WIDTH_DIGITS = "０１２３４５６７８９"
_TO_FULL_WIDTH = str.maketrans("0123456789", FULL_WIDTH_DIGITS)


def full_width(text: str) -> str:
    """The text with its digits in full width, as Chinese keyboards may write them."""
    return text.translate(_TO_FULL_WIDTH)


def english(number: int, join: str = "-", conjunction: str = " and ") -> str:
    """A whole number from 0 to 999,999 in words."""
    if number >= 1000:
        rest = number % 1000
        thousands = f"{english(number // 1000, join, conjunction)} thousand"
        return thousands + (f"{conjunction if rest < 100 else ' '}{english(rest, join, conjunction)}" if rest else "")
    if number >= 100:
        rest = number % 100
        return f"{ONES_EN[number // 100]} hundred" + (f"{conjunction}{english(rest, join)}" if rest else "")
    if number < 20:
        return ONES_EN[number]
    return TENS_EN[number // 10] + (f"{join}{ONES_EN[number % 10]}" if number % 10 else "")


def chinese(number: int) -> str:
    """A whole number from 0 to 9,999 in words; 10 to 19 begin with 十."""
    if number < 10:
        return DIGITS_ZH[number]
    text, gap = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS_ZH[digit] + unit
            gap = False
        elif number % place:
            gap = True
    return text.removeprefix("一") if number < 20 else text


def in_words(number: int, language: Literal["en", "zh"], rng: random.Random) -> str:
    """A whole number from 0 to 9,999 in one of the ways in which people write it."""
    if language == "zh":
        return chinese(number)
    return english(number, rng.choice("-- "), rng.choice((" and ", " and ", " ")))
