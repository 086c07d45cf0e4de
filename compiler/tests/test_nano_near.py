"""Near misses are refused, and none of them is a question that Nano is taught to answer."""

import random
import re
from collections.abc import Callable

import pytest
from nano_expressions import evaluated, full_width_undone

from thinktab_nano.families import FAMILIES, FAMILY_WEIGHTS
from thinktab_nano.mixed_up import MAKERS as MIXED_UP
from thinktab_nano.mixed_up import NUMBER
from thinktab_nano.near_misses import CHINESE, ENGLISH
from thinktab_nano.phrases_strange import STRANGE_EN, STRANGE_ZH
from thinktab_nano.questions import LANGUAGES, TRAIN, Asker, Language
from thinktab_nano.strangers import MAKERS, known_words, strange_characters, strange_english
from thinktab_nano.talk import refusal
from thinktab_nano.vocabulary import vocabulary_characters

SAMPLES = 300
Maker = Callable[[Asker, Language], str]
LONGEST = {"+": 5, "-": 5, "×": 3}  # digits of a number in a sum or product of two


def is_answerable(text: str) -> bool:
    """Whether a text is nothing but an expression that Nano is taught to reckon."""
    plain = full_width_undone(text).translate(str.maketrans("（）＋－＊x*？＝", "()+-×××?="))
    plain = re.sub(r"等于几|等于多少|是几|是多少|等于|得多少", "", plain)
    if re.search(r"\d\s+\d", plain):
        return False
    bare = re.sub(r"\s", "", plain).rstrip("?=.。！!")
    if not re.fullmatch(r"[\d+\-×()]+", bare):
        return False
    numbers = re.findall(r"\d+", bare)
    try:
        evaluated(bare)
    except (AssertionError, IndexError, ValueError):
        return False
    if "(-" in bare or re.search(r"[-+×]-", bare) or bare.startswith("-"):
        return len(numbers) == 2 and max(map(len, numbers)) <= 3
    if len(numbers) == 2:
        return max(map(len, numbers)) <= LONGEST[next(char for char in bare if char in LONGEST)]
    return 3 <= len(numbers) <= 5 and max(map(len, numbers)) <= 3


def test_the_tests_know_what_is_answerable() -> None:
    for text in ("2+2*3", "3 + 4 + 5 + 6 =", "12345+6?", "（2+3）×4＝？", "-5+3", "12+7等于几"):
        assert is_answerable(text), text
    for text in (
        "1+2+3+4+5+6",
        "123456+1",
        "2++3",
        "(2+3",
        "1.5+2",
        "2^3",
        "12/4",
        "3 * ? = 36",
        "1234*5",
        "5 + 2 km",
        "3 + 4 5 + 6",
    ):
        assert not is_answerable(text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_near_misses_are_refused_and_none_of_them_can_be_answered(language: Language) -> None:
    asker = Asker(random.Random(8), TRAIN)
    misses = [FAMILIES["near"](asker, language) for _ in range(4000)]
    known = {
        FAMILIES[family](asker, language).text.strip("?？ ")
        for family in FAMILIES
        if family not in ("near", "decline", "following")
        for _ in range(SAMPLES)
    }
    for miss in misses:
        assert miss.answer == refusal(language)
        assert not is_answerable(miss.text), miss.text
        assert miss.text.strip("?？ ") not in known, miss.text
    assert len({miss.text for miss in misses}) > 3800


def test_near_misses_are_a_quarter_to_a_third_of_all_questions() -> None:
    weights = dict(zip(FAMILIES, FAMILY_WEIGHTS, strict=True))
    refused = weights["near"] + weights["decline"]
    assert weights["near"] / sum(FAMILY_WEIGHTS) > 0.25 and refused / sum(FAMILY_WEIGHTS) < 1 / 3


def test_strange_words_stand_in_no_known_question_and_in_none_that_measures() -> None:
    assert not known_words() & {*strange_english(), *strange_characters()}
    measured = " ".join(text for kinds in (ENGLISH, CHINESE) for texts in kinds.values() for text in texts).lower()
    assert not set(STRANGE_EN) & set(re.findall("[a-z]+", measured))
    assert not [word for word in STRANGE_ZH if word in measured]


def test_strange_characters_have_no_tokens_of_their_own() -> None:
    rare = {char for char in strange_characters() if char not in vocabulary_characters()}
    assert len(rare) > 2500


@pytest.mark.parametrize("make", [*MAKERS, *MIXED_UP])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_differs_from_what_can_be_answered(make: Maker, language: Language) -> None:
    texts = [make(Asker(random.Random(seed), TRAIN), language) for seed in range(300)]
    assert len(set(texts)) > 200
    assert not [text for text in texts if is_answerable(text)]
    assert all("{" not in text and text.strip() for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_splice_has_numbers_of_two_questions(language: Language) -> None:
    splice = next(make for make in MIXED_UP if make.__name__ == "_spliced")
    for seed in range(200):
        assert len(NUMBER.findall(splice(Asker(random.Random(seed), TRAIN), language))) >= 3


def test_phrases_of_mixed_up_questions_are_none_that_measure() -> None:
    asker = Asker(random.Random(4), TRAIN)
    shapes = {
        NUMBER.sub("0", text).strip("?？ ").lower()
        for make in MIXED_UP
        for language in LANGUAGES
        for text in (make(asker, language) for _ in range(400))
    }
    numbers = re.compile(r"\{[abcstml]\}")
    measured = {
        numbers.sub("0", text).strip("?？ ").lower()
        for kinds in (ENGLISH, CHINESE)
        for texts in kinds.values()
        for text in texts
        if "{" in text
    }
    # a bare sum has nothing but its numbers and signs that could be its own
    assert not [text for text in shapes & measured if not re.fullmatch(r"[\W\d加减乘]+", text)]
