"""Nano's data: every step right, held-out questions never trained on, one token a character."""

import random
import re

import numpy as np
import pytest

from thinktab_compiler.nano.batches import LONG, SHORT, TOKENS_PER_STEP, batch_at
from thinktab_compiler.nano.conversation import ConversationSampler, nano_tokenizer
from thinktab_compiler.nano.questions import FAMILIES, TRAIN, Generator, is_held_out
from thinktab_compiler.nano.splits import SPLITS
from thinktab_compiler.nano.steps import addition_steps, align_decimals, spell_and_count, subtraction_steps
from thinktab_compiler.nano.tokenizer import CONTROL_TOKENS, TAG_TOKENS, THINK

TOKENIZER = nano_tokenizer()


def _is_true(step: str) -> bool:
    expression, _, result = step.partition("=")
    return sum(int(term) for term in re.findall(r"[+-]?\d+", expression)) == int(result)


def test_column_steps_are_true_and_spell_the_result() -> None:
    rng = random.Random(1)
    for _ in range(500):
        a, b = sorted((rng.randrange(10 ** rng.randint(1, 5)) for _ in range(2)), reverse=True)
        sums, differences = addition_steps(a, b), subtraction_steps(a, b)
        assert all(map(_is_true, sums + differences))
        digits = [step.partition("=")[2] for step in reversed(sums)]
        assert int(digits[0] + "".join(digit[-1] for digit in digits[1:])) == a + b
        assert int("".join(step.partition("=")[2] for step in reversed(differences))) == a - b


def test_subtraction_steps_refuse_a_negative_result() -> None:
    with pytest.raises(ValueError, match="3 and 4"):
        subtraction_steps(3, 4)


def test_decimals_are_aligned_and_letters_counted() -> None:
    assert align_decimals("9.9", "9.11") == ("9.90", "9.11")
    assert align_decimals("12", "7") == ("12", "7")
    assert spell_and_count("Banana", "A") == ("b a=1 n a=2 n a=3", 3)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_answers_are_right(family: str, language: str) -> None:
    generator = Generator(random.Random(2), TRAIN)
    for _ in range(300):
        question = generator.draw(family, language)
        if family in ("add", "subtract"):
            expression, _, result = question.answer.replace("*", "").partition(" = ")
            assert eval(expression) == int(result)  # noqa: S307 -- digits and one operator
            assert question.thought.endswith(result)
        elif family == "count":
            word = re.search(r"[“\"]([a-z]+)[”\"]", question.answer.split("occurs")[-1] if language == "en" else question.answer)
            letter = re.search(r"[“\"]([a-z])[”\"]", question.answer if language == "en" else question.answer.split("个")[-1])
            count = re.search(r"\*\*(\d+)\*\*", question.answer)
            assert word and letter and count
            assert word[1].count(letter[1]) == int(count[1])


def test_held_out_operands_are_never_trained_on() -> None:
    training = Generator(random.Random(3), TRAIN)
    for _ in range(3000):
        for family, operator in (("add", "+"), ("subtract", "-")):
            a, b = re.match(r"(\d+) [+-] (\d+)", training.draw(family, "en").answer).groups()
            assert not is_held_out(f"{a}{operator}{b}") or max(int(a), int(b)) < 20
    for split in SPLITS.values():
        held_out = Generator(random.Random(4), split)
        for _ in range(200):
            a, b = re.match(r"(\d+) \+ (\d+)", held_out.draw("add", "en").answer).groups()
            assert is_held_out(f"{a}+{b}")


def test_one_token_a_character() -> None:
    for text in ("strawberry 9.11 + 38", "从个位开始逐位相加：", "<think>\n"):
        ids = TOKENIZER.encode(text).ids
        assert len(ids) == (2 if text.startswith(THINK) else len(text))
        assert TOKENIZER.decode(ids, skip_special_tokens=False) == text
    assert TOKENIZER.decode(TOKENIZER.encode("龘 😀 é").ids) == "龘 😀 é"
    for token in (*CONTROL_TOKENS, *TAG_TOKENS):
        assert TOKENIZER.encode(token).ids == [TOKENIZER.token_to_id(token)]
    assert TOKENIZER.get_vocab_size() % 32 == 0


def test_examples_follow_the_template() -> None:
    sampler = ConversationSampler(TOKENIZER, 5)
    for _ in range(50):
        example = sampler.example(turns=2)
        text = TOKENIZER.decode(example.prompt + example.reply, skip_special_tokens=False)
        assert text.startswith("<｜begin▁of▁sentence｜><｜User｜>")
        assert text.count("<think>") == text.count("</think>") == 1
        assert text.count("<｜User｜>") == text.count("<｜end▁of▁sentence｜>") == 3
        assert text.endswith("<｜end▁of▁sentence｜>")


def test_batches_repeat_themselves_and_mask_the_question() -> None:
    for step, length in ((0, SHORT), (4, LONG)):
        batch, again = batch_at(TOKENIZER, 7, step), batch_at(TOKENIZER, 7, step)
        assert np.array_equal(batch.ids, again.ids)
        assert batch.ids.shape == (TOKENS_PER_STEP // length, length)
        starts = (batch.positions == 0) & (batch.segments > 0)
        assert not batch.weights[starts].any()
        assert 0.3 < batch.weights.mean() < 0.9
