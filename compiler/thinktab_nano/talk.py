"""Courtesies, and refusals of tasks that Nano cannot do: always in one line, in the language of the question."""

from . import phrases as P
from . import words as W
from .counting import word
from .grammar import expand
from .questions import Asker, Language, Question

REPLIES: dict[tuple[str, Language], tuple[str, str]] = {
    ("greeting", "en"): (
        "A greeting.",
        "Hello! I'm Nano, a tiny model in this page. Ask me for a sum, the larger number or the letters in a word.",
    ),
    ("greeting", "zh"): (
        "这是问候。",
        "你好！我是 Nano，这个页面里的小推理模型。可以让我做算术、比大小、排序、数字母。",
    ),
    ("identity", "en"): (
        "A question about me.",
        "I'm Nano, a tiny demo model in this page: sums, number order, letters in words, clocks, small word problems. For anything else, load a bigger model.",
    ),
    ("identity", "zh"): (
        "在问我自己。",
        "我是 Nano，页面内置的小演示模型，会算术、比大小、排序、数字母、算时间、做简单的应用题。其他问题请加载更大的模型。",
    ),
    ("thanks", "en"): ("A friendly word.", "You're welcome! Ask me another one whenever you like."),
    ("thanks", "zh"): ("这是客气话。", "不客气！随时可以再问我。"),
    ("decline", "en"): ("I cannot do this.", "I can't do this one: please load a bigger model."),
    ("decline", "zh"): ("这个我不会。", "这个我不会，请加载更大的模型。"),
}
ASKED = {
    ("greeting", "en"): P.GREETINGS_EN,
    ("identity", "en"): P.IDENTITY_EN,
    ("thanks", "en"): P.THANKS_EN,
    ("greeting", "zh"): P.GREETINGS_ZH,
    ("identity", "zh"): P.IDENTITY_ZH,
    ("thanks", "zh"): P.THANKS_ZH,
}
LONGEST_TEXT = 420  # characters of pasted code or prose, and tokens of one that repeats itself


def refusal(language: Language) -> str:
    """The one short sentence that answers what Nano cannot do."""
    return REPLIES["decline", language][1]


def refused(language: Language, text: str, before: tuple[Question, ...] = ()) -> Question:
    """A question that is refused at once."""
    return Question(language, text, *REPLIES["decline", language], ("decline",), before)


def smalltalk(asker: Asker, language: Language) -> Question:
    """A greeting or another sentence of small talk."""
    rng = asker.rng
    kind = rng.choices(("greeting", "identity", "thanks"), (3, 4, 2))[0]
    text = asker.phrase(ASKED[kind, language])
    text += rng.choice(
        ("", "", "", "!", "?", ".", " :)", "\n", "!!", "?!")
        if language == "en"
        else ("", "", "", "！", "？", "。", "～", "\n", "！！")
    )
    if language == "en":
        text = rng.choice((text, text, text.lower(), text[:1].upper() + text[1:], text[:1].upper() + text[1:]))
    return Question(language, text, *REPLIES[kind, language], (kind,))


def decline(asker: Asker, language: Language) -> Question:
    """A question that Nano is too small for."""
    rng = asker.rng
    style = rng.choices(
        ("topic", "near", "noise", "foreign", "code", "salad", "long", "repeat", "word"),
        (8, 8, 3, 1, 1.5, 1.5, 0.7, 1, 1),
    )[0]
    english = language == "en"
    if style == "topic":
        text = asker.phrase(W.OFFTOPIC_EN if english else W.OFFTOPIC_ZH).format(**_fill(asker, language))
    elif style == "near":
        text = asker.phrase(W.NEAR_EN if english else W.NEAR_ZH).format(**_fill(asker, language))
    elif style == "noise":
        text = _noise(asker, language)
    elif style == "foreign":
        text, language = rng.choice(W.FOREIGN), "en"
    elif style == "code":
        text, language = _code(asker), "en"
    elif style == "salad":
        text, language = " ".join(rng.choice(W.NOUNS + W.VERBS) for _ in range(rng.randint(3, 30))), "en"
    elif style == "long":
        text = _long(asker, language)
    elif style == "repeat":
        text, language = _repeated(asker), "en"
    else:
        text, language = rng.choice(W.NOUNS) + rng.choice(("", "", "?", ".", "!")), "en"
    if style in ("topic", "near") and rng.random() < 0.4:
        openers = P.EN_OPENERS if english else P.ZH_OPENERS
        text = expand(rng.choice(openers), rng) + text
    if language == "en" and style not in ("noise", "repeat"):
        text = rng.choice((text, text, text.lower(), text[:1].upper() + text[1:], text[:1].upper() + text[1:]))
    return refused(language, text)


def _fill(asker: Asker, language: Language) -> dict[str, object]:
    """Values of the names in the patterns of `words`; x and y, p and q are too long for Nano's sums and products."""
    rng = asker.rng
    top = 10 ** rng.choice((1, 2, 3, 4))
    topics = W.TOPICS_EN if language == "en" else W.TOPICS_ZH
    noun, article = rng.choice(W.NOUNS), rng.choice(("the", "a", "my", "this", "some", "your", "every"))
    long, short = rng.randint(10**5, 10 ** rng.choice((6, 7, 9)) - 1), rng.randint(1, 10**6)
    x, y = (long, short) if rng.random() < 0.5 else (short, long)
    p, q = rng.choice(
        ((rng.randint(1000, 99999), rng.randint(2, 9999)), (rng.randint(100, 9999), rng.randint(100, 9999)))
    )
    return {
        "a": rng.randint(0, top),
        "b": rng.randint(0, top),
        "c": rng.randint(0, 999),
        "n": rng.randint(2, 99),
        "w": word(asker),
        "w2": rng.choice(W.NOUNS),
        "t": rng.choice(topics) if language == "zh" or rng.random() < 0.5 else f"{article} {noun}",
        "t2": rng.choice(topics),
        "x": x,
        "y": y,
        "p": p,
        "q": q,
    }


def _repeated(asker: Asker) -> str:
    """A key held down: one to four characters, or a word, over and over."""
    rng = asker.rng
    kind = rng.random()
    if kind < 0.2:
        unit = rng.choice(W.NOUNS + W.VERBS) + " "
    else:
        signs = (
            "0123456789"
            if kind < 0.45
            else "0123456789+-*/=., "
            if kind < 0.6
            else "".join(map(chr, range(33, 127))) + "的一是不了在人有我他这中大来上个国？！。，～\u200b😀e\u0301"
        )
        unit = "".join(rng.choice(signs) for _ in range(rng.choice((1, 1, 1, 2, 3, 4))))
    return unit * max(6, rng.randint(6, LONGEST_TEXT) // len(unit))


def _code(asker: Asker) -> str:
    text = asker.rng.choice(W.CODE)
    for name, value in (("w2", asker.rng.choice(W.NOUNS)), ("w", word(asker)), ("n", str(asker.rng.randint(2, 99)))):
        text = text.replace("{" + name + "}", value)
    return text


def _long(asker: Asker, language: Language) -> str:
    """Several sentences or lines, as somebody pastes them."""
    parts: list[str] = []
    while sum(map(len, parts)) < asker.rng.randint(80, LONGEST_TEXT if language == "en" else LONGEST_TEXT // 2):
        patterns = W.OFFTOPIC_EN if language == "en" else W.OFFTOPIC_ZH
        parts.append(
            asker.phrase(patterns).format(**_fill(asker, language))
            if asker.rng.random() < 0.8 or language == "zh"
            else _code(asker)
        )
    return asker.rng.choice((" ", "\n", "\n\n") if language == "en" else ("", "\n", "。")).join(parts)


def _noise(asker: Asker, language: Language) -> str:
    """Text without meaning, from blank to 120 characters: any script, emoji, keyboard mashing, or Chinese characters at random."""
    rng = asker.rng
    length = min(int(rng.expovariate(1 / 18)), 120)
    if language == "zh":
        return "".join(
            chr(rng.randint(0x4E00, 0x9FA5)) if rng.random() < 0.7 else rng.choice("的一是不了在人有我他这中大来上个国")
            for _ in range(max(1, length // 2))
        )
    ranges = rng.choice(
        (
            ((32, 126),),
            ((32, 126),),
            ((97, 122),),
            ((33, 47), (58, 64)),
            ((0xA1, 0xFF),),
            ((0x400, 0x44F),),
            ((0x3041, 0x30FE),),
            ((0x1F300, 0x1F64F),),
            ((0xAC00, 0xD7A3),),
            ((10, 10), (32, 32)),
        )
    )
    return "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(length))
