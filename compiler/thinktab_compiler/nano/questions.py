"""One generator a family: a question, the thought that solves it, the answer. Everything is derived from the operands, so every step is right by construction."""

import random
import string
import zlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from . import phrases as P
from . import words as W
from .steps import addition_steps, align_decimals, spell_and_count, subtraction_steps

Language = Literal["en", "zh"]
Family = Literal["add", "subtract", "compare", "count", "smalltalk", "decline"]
FAMILIES: tuple[Family, ...] = ("add", "subtract", "compare", "count", "smalltalk", "decline")


@dataclass(frozen=True)
class Split:
    """Which half of the world a question is drawn from: operands and words, and phrasings, each trained on or held out."""

    held_out_operands: bool = False
    held_out_phrasing: bool = False


TRAIN = Split()


@dataclass(frozen=True)
class Question:
    family: Family
    language: Language
    text: str
    thought: str
    answer: str


def is_held_out(key: str) -> bool:
    """A sixteenth of all operand pairs and words, chosen by their CRC-32, is never trained on."""
    return zlib.crc32(key.encode()) % 16 == 0


class Generator:
    """Draws questions of one split from one random stream; the same seed and split give the same questions."""

    def __init__(self, rng: random.Random, split: Split = TRAIN):
        self.rng = rng
        self.split = split

    def draw(self, family: Family, language: Language) -> Question:
        """One question of this family in this language (a declined question may be in neither)."""
        build = {
            "add": self._add, "subtract": self._subtract, "compare": self._compare, "count": self._count,
            "smalltalk": self._smalltalk, "decline": self._decline,
        }[family]
        return build(language)

    # --- asking -------------------------------------------------------------------------------------------------

    def _phrase(self, choices: tuple[str, ...]) -> str:
        return choices[-1] if self.split.held_out_phrasing else self.rng.choice(choices[:-1])

    def _ask(self, language: Language, core: str) -> str:
        rng = self.rng
        opener = rng.choice(P.EN_OPENERS if language == "en" else P.ZH_OPENERS)
        closer = rng.choice(P.EN_CLOSERS if language == "en" else P.ZH_CLOSERS)
        if opener and language == "en" and core[0].isupper() and rng.random() < 0.7:
            core = core[0].lower() + core[1:]
        text = opener + core + closer
        return text.lower() if language == "en" and rng.random() < 0.08 else text

    def _pair(self, operator: str) -> tuple[int, int]:
        """Two integers of up to five digits; pairs below 20 are always trained on, because people try those first."""
        rng = self.rng
        while True:
            digits = rng.choices((1, 2, 3, 4, 5), (3, 5, 5, 5, 4), k=2)
            if rng.random() < 0.4:
                digits[1] = digits[0]
            a, b = (rng.randint(0 if d == 1 else 10 ** (d - 1), 10**d - 1) for d in digits)
            small = a < 20 and b < 20
            if self.split.held_out_operands == (not small and is_held_out(f"{a}{operator}{b}")):
                return a, b

    # --- families -----------------------------------------------------------------------------------------------

    def _add(self, language: Language) -> Question:
        a, b = self._pair("+")
        lead, result = ("column by column, from the right:", "Result: ") if language == "en" else ("从个位开始逐位相加：", "结果：")
        thought = "\n".join([f"{a}+{b}{', ' if language == 'en' else '，'}{lead}", *addition_steps(a, b), f"{result}{a + b}"])
        text = self._ask(language, self._phrase(P.ADD_EN if language == "en" else P.ADD_ZH).format(a=a, b=b))
        return Question("add", language, text, thought, f"{a} + {b} = **{a + b}**")

    def _subtract(self, language: Language) -> Question:
        a, b = self._pair("-")
        if a < b and self.rng.random() < 0.7 and self.split.held_out_operands == is_held_out(f"{b}-{a}") and max(a, b) >= 20:
            a, b = b, a
        high, low = max(a, b), min(a, b)
        sign = "=" if a == b else "<" if a < b else ">"
        if language == "en":
            lead = ", from the right:" if a >= b else f", so it is negative. {high}-{low}, from the right:"
            result = "Result: "
        else:
            lead = "，从个位开始逐位相减：" if a >= b else f"，结果是负数。先算{high}-{low}："
            result = "结果："
        thought = "\n".join([f"{a}{sign}{b}{lead}", *subtraction_steps(high, low), f"{result}{a - b}"])
        text = self._ask(language, self._phrase(P.SUB_EN if language == "en" else P.SUB_ZH).format(a=a, b=b))
        return Question("subtract", language, text, thought, f"{a} - {b} = **{a - b}**")

    def _numeral(self, whole: int) -> str:
        places = self.rng.choices((0, 1, 2, 3), (2, 4, 4, 2))[0]
        if places == 0:
            return str(whole)
        return f"{whole}.{''.join(self.rng.choice(string.digits) for _ in range(places))}"

    def _compare(self, language: Language) -> Question:
        rng = self.rng
        while True:
            top = rng.choice((9, 30, 99, 999))
            whole = rng.randint(0, top)
            a = self._numeral(whole)
            b = self._numeral(whole if rng.random() < 0.65 else rng.randint(0, top))
            if rng.random() < 0.15:
                a, b = (str(x) for x in self._pair("?"))
            # the famous pair is trained on: everybody asks it
            if {a, b} == {"9.11", "9.9"} or self.split.held_out_operands == is_held_out(f"{a}?{b}"):
                break
        smaller = rng.random() < 0.3
        choices = (P.SMALLER_EN if smaller else P.LARGER_EN) if language == "en" else (P.SMALLER_ZH if smaller else P.LARGER_ZH)
        text = self._ask(language, self._phrase(choices).format(a=a, b=b))
        aligned_a, aligned_b = align_decimals(a, b)
        x, y = Decimal(a), Decimal(b)
        sign = "=" if x == y else ">" if x > y else "<"
        thought = f"{a} = {aligned_a}\n{b} = {aligned_b}\n{aligned_a} {sign} {aligned_b}"
        if x == y:
            answer = f"{a} and {b} are equal." if language == "en" else f"{a} 和 {b} 一样大。"
        else:
            winner, loser = (a, b) if (x > y) != smaller else (b, a)
            if language == "en":
                answer = f"**{winner}** is {'smaller' if smaller else 'larger'} than {loser}."
            else:
                answer = f"**{winner}** 比 {loser} {'小' if smaller else '大'}。"
        return Question("compare", language, text, thought, answer)

    def _word(self) -> str:
        rng = self.rng
        while True:
            style = rng.random()
            if style < 0.5:
                word = rng.choice(W.NOUNS)
            elif style < 0.75:
                word = "".join(rng.choice("bcdfglmnprstvw") + rng.choice("aeiou") + rng.choice(("", "", "n", "r", "s", "l", "tt", "rr")) for _ in range(rng.randint(1, 5)))
            else:
                alphabet = string.ascii_lowercase[: rng.choice((4, 8, 26))]
                word = "".join(rng.choice(alphabet) for _ in range(rng.randint(2, 16)))
            if word == "strawberry" or self.split.held_out_operands == is_held_out(word):
                return word

    def _count(self, language: Language) -> Question:
        rng = self.rng
        word = self._word()
        letter = rng.choice(word) if rng.random() < 0.85 else rng.choice(string.ascii_lowercase)
        spelled, hits = spell_and_count(word, letter)
        shown = word.capitalize() if rng.random() < 0.1 else word
        letter_shown = letter.upper() if rng.random() < 0.08 else letter
        opening, closing = rng.choice(P.QUOTES_EN if language == "en" else P.QUOTES_ZH)
        core = self._phrase(P.COUNT_EN if language == "en" else P.COUNT_ZH)
        text = self._ask(language, core.format(w=f"{opening}{shown}{closing}", c=letter_shown))
        if language == "en":
            answer = f'The letter "{letter}" occurs **{hits}** time{"" if hits == 1 else "s"} in "{word}".'
        else:
            answer = f"“{word}”里有 **{hits}** 个“{letter}”。"
        return Question("count", language, text, f"{spelled}\n{'Count: ' if language == 'en' else '个数：'}{hits}", answer)

    def _smalltalk(self, language: Language) -> Question:
        rng = self.rng
        kind = rng.choices(("greeting", "identity", "thanks"), (3, 4, 2))[0]
        asked = {
            ("greeting", "en"): P.GREETINGS_EN, ("identity", "en"): P.IDENTITY_EN, ("thanks", "en"): P.THANKS_EN,
            ("greeting", "zh"): P.GREETINGS_ZH, ("identity", "zh"): P.IDENTITY_ZH, ("thanks", "zh"): P.THANKS_ZH,
        }[kind, language]
        text = self._phrase(asked) + rng.choice(("", "", "", "!", "?", ".", " :)", "\n") if language == "en" else ("", "", "", "！", "？", "。", "～", "\n"))
        if language == "en" and rng.random() < 0.25:
            text = text.lower()
        thought, answer = REPLIES[kind, language]
        return Question("smalltalk", language, text, thought, answer)

    def _decline(self, language: Language) -> Question:
        rng = self.rng
        style = rng.choices(("topic", "near", "noise", "foreign", "code", "salad", "verb"), (6, 7, 3, 1, 1.5, 2, 2))[0]
        near_digits = rng.choice((1, 2, 3, 4))
        fill = {
            "a": rng.randint(0, 10**near_digits), "b": rng.randint(0, 10**near_digits), "c": rng.randint(0, 999), "n": rng.randint(2, 99),
            "w": self._word(), "w2": self._word(), "t": rng.choice(W.TOPICS_EN if language == "en" else W.TOPICS_ZH),
            "t2": rng.choice(W.TOPICS_EN if language == "en" else W.TOPICS_ZH),
        }
        if style == "topic":
            text = self._phrase(W.OFFTOPIC_EN if language == "en" else W.OFFTOPIC_ZH).format(**fill)
        elif style == "near":
            text = self._phrase(W.NEAR_EN if language == "en" else W.NEAR_ZH).format(**fill)
        elif style == "noise":
            text, language = self._noise(language), language
        elif style == "foreign":
            text, language = rng.choice(W.FOREIGN), "en"
        elif style == "code":
            text, language = rng.choice(W.CODE), "en"
            for name in ("w2", "w", "n"):
                text = text.replace("{" + name + "}", str(fill[name]))
        elif style == "salad":
            text, language = " ".join(rng.choice(W.NOUNS + W.VERBS) for _ in range(rng.randint(1, 30))), "en"
        elif language == "en":
            text = f"{rng.choice(W.VERBS)} {rng.choice(('the', 'a', 'my', 'this', 'some'))} {rng.choice(W.NOUNS)}{rng.choice(('', ' for me', ' please', ' in detail', '?', '.'))}"
        else:
            text = f"{rng.choice(W.TOPICS_ZH)}{rng.choice(W.TOPICS_ZH)}{rng.choice(('', '怎么办', '好吗', '是谁', '多少钱', '在哪里', '为什么'))}"
        if rng.random() < 0.2 and style in ("topic", "verb"):
            text = rng.choice(P.EN_OPENERS if language == "en" else P.ZH_OPENERS) + text
        if language == "en" and rng.random() < 0.25:
            text = text.lower()
        thought, answer = REPLIES["decline", language]
        return Question("decline", language, text, thought, answer)

    def _noise(self, language: Language) -> str:
        """Text without meaning, from blank to 120 characters: any script, emoji, keyboard mashing, or Chinese characters at random."""
        rng = self.rng
        length = min(int(rng.expovariate(1 / 18)), 120)
        if language == "zh":
            return "".join(chr(rng.randint(0x4E00, 0x9FA5)) if rng.random() < 0.7 else rng.choice("的一是不了在人有我他这中大来上个国") for _ in range(max(1, length // 2)))
        ranges = rng.choice(
            (((32, 126),), ((32, 126),), ((97, 122),), ((33, 47), (58, 64)), ((0xA1, 0xFF),), ((0x400, 0x44F),), ((0x3041, 0x30FE),), ((0x1F300, 0x1F64F),), ((0xAC00, 0xD7A3),), ((10, 10), (32, 32)))
        )
        return "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(length))


REPLIES: dict[tuple[str, Language], tuple[str, str]] = {
    ("greeting", "en"): ("A greeting.", "Hello! I'm Nano, a tiny reasoning model inside this page. Ask me to add, subtract, compare numbers or count letters."),
    ("greeting", "zh"): ("这是问候。", "你好！我是 Nano，这个页面里的小推理模型。可以让我做加减法、比大小、数字母。"),
    ("identity", "en"): (
        "A question about me.",
        "I'm Nano, a tiny reasoning model that runs entirely inside this page. I add, subtract, compare numbers and count letters. For anything else, load a bigger model.",
    ),
    ("identity", "zh"): ("在问我自己。", "我是 Nano，一个完全在这个页面里运行的小推理模型。我会加减法、比较数的大小、数单词里的字母。其他问题请加载更大的模型。"),
    ("thanks", "en"): ("A friendly word.", "You're welcome! Ask me another one whenever you like."),
    ("thanks", "zh"): ("这是客气话。", "不客气！随时可以再问我。"),
    ("decline", "en"): (
        "This is outside what I can do.",
        "I'm only Nano, the tiny demo model in this page: I add, subtract, compare numbers and count letters. For anything else, load a bigger model.",
    ),
    ("decline", "zh"): ("这超出了我的能力。", "我只是页面内置的小演示模型 Nano，只会加减法、比较数的大小、数单词里的字母。其他问题请加载更大的模型。"),
}
