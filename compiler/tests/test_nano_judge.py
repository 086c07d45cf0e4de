"""The hand-written questions of the measurement: many, in both languages, and in words of their own."""

import random
import re

import pytest

from thinktab_nano.families import FAMILIES
from thinktab_nano.first_questions import DECLINED, FIRST_QUESTIONS, RESUMED_CHATS
from thinktab_nano.near_misses import KINDS, NearMiss, blind_near_misses, near_misses
from thinktab_nano.questions import LANGUAGES, TRAIN, Asker


def masked(text: str) -> str:
    """A text without what varies: digits, capitals and signs at its end."""
    return re.sub(r"\d+", "#", text.lower()).strip(" ?？.。!！\n")


def test_there_are_six_hundred_near_misses_of_every_kind_in_both_languages() -> None:
    misses = near_misses()
    assert len({(miss.text, miss.before) for miss in misses}) >= 600
    assert {(miss.kind, miss.language) for miss in misses} == {(kind, each) for kind in KINDS for each in LANGUAGES}
    assert misses == near_misses()
    chatter = next(miss for miss in misses if miss.kind == "chatter")
    numbers = [int(number) for number in re.findall(r"\d+", chatter.text)]
    assert any(int(chatter.result) == a + b for a in numbers for b in numbers)
    assert NearMiss("chatter", "en", "?").result == ""


def test_the_near_misses_are_in_words_that_are_not_trained_on() -> None:
    asker = Asker(random.Random(12), TRAIN)
    trained = {masked(FAMILIES["near"](asker, language).text) for language in LANGUAGES for _ in range(6000)}
    ours = {masked(miss.text) for miss in near_misses() if not miss.before}
    worded = {text for text in ours if any(char.isalpha() for char in text)}  # a bare sum has no words of its own
    assert len(worded) > 0.85 * len(ours)
    assert len(trained & worded) <= 0.05 * len(worded), sorted(trained & worded)


def test_the_blind_near_misses_are_of_every_kind_and_hardly_any_two_alike() -> None:
    misses = blind_near_misses()
    assert {(miss.kind, miss.language) for miss in misses} == {(kind, each) for kind in KINDS for each in LANGUAGES}
    assert len({masked(miss.text) for miss in misses}) >= 0.99 * len(misses) >= 495
    shared = {masked(miss.text) for miss in misses} & {masked(miss.text) for miss in near_misses()}
    assert len([text for text in shared if any(char.isalpha() for char in text)]) <= 0.01 * len(misses)


def test_first_questions_are_many_and_in_both_languages() -> None:
    assert len(FIRST_QUESTIONS) >= 120
    chinese = [turns for turns, _ in FIRST_QUESTIONS if any("\u4e00" <= char <= "\u9fff" for char in turns[0])]
    assert 50 <= len(chinese) <= len(FIRST_QUESTIONS) - 50
    assert len({turns for turns, _ in FIRST_QUESTIONS}) >= len(FIRST_QUESTIONS) - 2


def test_resumed_chats_have_stopped_and_foreign_replies_and_questions_of_both_ends() -> None:
    replies = [answer for turns, _, _ in RESUMED_CHATS for _, answer in turns]
    assert "" in replies and any(reply and "**" not in reply for reply in replies)
    declined = [text for _, text, expected in RESUMED_CHATS if expected == DECLINED]
    assert 4 <= len(declined) <= len(RESUMED_CHATS) // 4


def test_answers_and_refusals_are_told_apart() -> None:
    pytest.importorskip("torch", reason="torch is not installed; it comes with the extra `train`")
    from thinktab_nano.judge import answer_of, format_near_misses, is_refusal

    assert answer_of("1+1=2\n</think>\n\n1 + 1 = **2**<｜end▁of▁sentence｜>") == "1 + 1 = **2**"
    assert is_refusal("这个我不会，请加载更大的模型。") and not is_refusal("1 + 1 = **2**")
    counts: dict[tuple[str, str], tuple[int, int]] = {
        (kind, language): (50, 1) for kind in KINDS for language in LANGUAGES
    }
    assert list(format_near_misses(counts))[-1] == "confident and wrong: 20 of 1000, 2.0%"
