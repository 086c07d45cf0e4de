"""Nano's data: every step right, held-out questions never trained on, one token a character."""

import random
import re

import numpy as np
import pytest

from thinktab_nano.batches import LENGTHS, TOKENS_PER_STEP, batches_at
from thinktab_nano.conversation import ConversationSampler
from thinktab_nano.evaluate import outcome
from thinktab_nano.families import FAMILIES
from thinktab_nano.grammar import expand, has_words, is_held_out, is_held_out_phrasing, parse, phrasing, wordless
from thinktab_nano.inputs import LONGEST, random_inputs
from thinktab_nano.questions import LANGUAGES, TRAIN, Asker, Language, Question
from thinktab_nano.splits import SPLITS
from thinktab_nano.steps import (
    addition_steps,
    align_decimals,
    comparison_steps,
    division_steps,
    insertion_steps,
    product_steps,
    running_extreme,
    sign_between,
    spell_and_count,
    subtraction_steps,
)
from thinktab_nano.tokenizer import CONTROL_TOKENS, TAG_TOKENS, THINK
from thinktab_nano.vocabulary import nano_tokenizer

TOKENIZER = nano_tokenizer()


def value(expression: str) -> float:
    """An expression of digits and operators, evaluated by Python."""
    assert re.fullmatch(r"[\d.+\-*() ]+", expression), expression
    return eval(re.sub(r"(?<![\d.])0+(?=\d)", "", expression))  # noqa: S307 -- digits and operators only


def assert_true(line: str) -> None:
    """Every chain of equations and comparisons in a line of a thought holds; words and lone numbers are not judged."""
    for part in re.split(r"[,:]? ", line.replace("×", "*")):
        if pair := re.fullmatch(r"([\d.]+)\|([\d.]+)([=<>]):?", part):
            assert pair[3] == sign_between(float(pair[1]), float(pair[2])), line
        tokens = re.split(r"([=<>])", part.strip(":,"))
        if len(tokens) < 3 or not all(re.fullmatch(r"[\d.+\-*]+", token) for token in tokens[::2]):
            continue
        for left, sign, right in zip(tokens[::2], tokens[1::2], tokens[2::2], strict=False):
            a, b = value(left), value(right)
            assert {"=": a == b, "<": a < b, ">": a > b}[sign], line


def test_column_steps_are_true_and_spell_the_result() -> None:
    rng = random.Random(1)
    for _ in range(500):
        a, b = sorted((rng.randrange(10 ** rng.randint(1, 5)) for _ in range(2)), reverse=True)
        sums, differences = addition_steps(a, b), subtraction_steps(a, b)
        for line in sums + differences:
            assert_true(line)
        digits = [step.partition("=")[2] for step in reversed(sums)]
        assert int(digits[0] + "".join(digit[-1] for digit in digits[1:])) == a + b
        assert int("".join(step.rpartition("=")[2] for step in reversed(differences))) == a - b


def test_product_and_division_steps_are_true_and_spell_the_result() -> None:
    rng = random.Random(2)
    for _ in range(500):
        a, digit, divisor = rng.randrange(10 ** rng.randint(1, 4)), rng.randint(2, 9), rng.randint(2, 12)
        products = product_steps(a, digit)
        for part in products:
            assert_true(part)
        ends = [part.rpartition("=")[2] for part in reversed(products)]
        assert int(ends[0] + "".join(end[-1] for end in ends[1:])) == a * digit
        lines, remainder = division_steps(a, divisor)
        for line in lines:
            assert_true(line)
        assert remainder == a % divisor


def test_ordering_steps() -> None:
    assert comparison_steps("9.9", "9.11") == (["9.90|9.11", "9|9= 9|1>"], ">")
    assert comparison_steps("991", "48213") == (["991|48213", "3|5<"], "<")
    assert comparison_steps("3", "3.0") == (["3.0|3.0", "3|3= 0|0="], "=")
    assert running_extreme([37, 52, 8], largest=True) == ["37", "37|52<: 52", "52|8>: 52"]
    assert insertion_steps([5, 3, 4], ascending=True) == (["5", "3|5<: 3 5", "4|3> 4|5<: 3 4 5"], [3, 4, 5])
    rng = random.Random(3)
    for _ in range(300):
        numbers = [rng.randrange(200) for _ in range(rng.randint(2, 6))]
        for up in (True, False):
            assert insertion_steps(numbers, up)[1] == sorted(numbers, reverse=not up)


def test_subtraction_steps_refuse_a_negative_result() -> None:
    with pytest.raises(ValueError, match="3 and 4"):
        subtraction_steps(3, 4)


def test_decimals_are_aligned_and_letters_counted() -> None:
    assert align_decimals("9.9", "9.11") == ("9.90", "9.11")
    assert align_decimals("12", "7") == ("12", "7")
    assert spell_and_count("Banana", "A") == ("b a=1 n a=2 n a=3", 3)


def assert_right(family: str, question: Question) -> None:
    """The answer equals Python's result for the answer's own words."""
    plain = question.answer.replace("*", "")
    if family in ("add", "subtract", "multiply", "story") and " = " in plain:
        expression, _, result = plain.partition(" = ")
        assert value(expression.replace("×", "*")) == int(result)
        assert question.thought.endswith(result)
    elif family == "compare" and "=" not in question.thought.splitlines()[-1]:
        a, b = re.findall(r"\d+(?:\.\d+)?", plain)
        assert (float(a) < float(b)) == ("smaller" in plain or plain.endswith("小。"))
    elif family == "order" and question.answer.startswith("**"):
        numbers = [int(number) for number in re.split("[、, ]+", plain)]
        assert numbers in (sorted(numbers), sorted(numbers, reverse=True))
    elif family == "divide" and "divisible" in plain:
        a, b = map(int, re.findall(r"\d+", plain)[:2])
        assert (a % b == 0) == plain.startswith("Yes")
    elif family == "count":
        english = re.fullmatch(r'The letter "(.)" occurs (\d+) times? in "(.*)"\.', plain)
        chinese = re.fullmatch(r"“(?P<word>.*)”里有 (?P<hits>\d+) 个“(?P<letter>.)”。", plain)
        found = english or chinese
        assert found, plain
        letter, hits, word = found.groups() if english else found.group("letter", "hits", "word")
        assert word.count(letter) == int(hits)


@pytest.mark.parametrize("family", [name for name in FAMILIES if name not in ("smalltalk", "decline", "near")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_thoughts_and_answers_are_right(family: str, language: Language) -> None:
    asker = Asker(random.Random(2), TRAIN)
    for _ in range(200):
        question = FAMILIES[family](asker, language)
        if question.facts[0] not in ("count", "day", "month", "why"):
            for line in question.thought.splitlines():
                assert_true(line)
        assert_right(family, question)


def test_a_false_step_is_noticed() -> None:
    for line in ("4+5=10", "3×5=15 2×5+1=10+1=12", "9.90<9.11", "52|37> 8|52>: 52", "5-7<0 15-7=9", "47=7×6+4"):
        with pytest.raises(AssertionError):
            assert_true(line)


def test_the_grammar() -> None:
    assert parse("a[b|[c|d]]?") == ("a", (("b",), ((("c",), ("d",)),), ()))
    rng = random.Random(1)
    assert {expand("x[1|2]?y", rng) for _ in range(60)} == {"x1y", "x2y", "xy"}
    for broken in ("[a", "a]"):
        with pytest.raises(ValueError, match="bracket"):
            parse(broken)
    patterns = ("[a|b|c|d|e] [f|g|h|i|j|k]", "[wow|hey|nice|usage|evening]")
    trained = {phrasing(patterns, rng, held_out=False) for _ in range(500)}
    assert {"wow", "hey", "nice", "usage", "evening"} < trained  # some of which the hash would hold out
    assert not any(map(is_held_out_phrasing, trained))
    assert not trained & {phrasing(patterns, rng, held_out=True) for _ in range(20)}


def operands(question: Question) -> tuple[int, int]:
    """The two numbers that an answer begins with."""
    _, a, b = question.facts
    assert isinstance(a, int) and isinstance(b, int)
    return a, b


def test_held_out_operands_are_never_trained_on() -> None:
    training = Asker(random.Random(3), TRAIN)
    for _ in range(1500):
        for family, operator in (("add", "+"), ("subtract", "-"), ("multiply", "×")):
            a, b = operands(FAMILIES[family](training, "en"))
            assert not is_held_out(f"{a}{operator.replace('×', '*')}{b}") or max(a, b) < 20
    for split in SPLITS.values():
        held_out = Asker(random.Random(4), split)
        for _ in range(100):
            a, b = operands(FAMILIES["add"](held_out, "en"))
            assert is_held_out(f"{a}+{b}")


def test_one_token_a_character() -> None:
    for text in ("strawberry 9.11 + 38", "个位÷×：", "<think>\n"):
        ids = TOKENIZER.encode(text).ids
        assert len(ids) == (2 if text.startswith(THINK) else len(text))
        assert TOKENIZER.decode(ids, skip_special_tokens=False) == text
    assert TOKENIZER.decode(TOKENIZER.encode("龘 😀 é").ids) == "龘 😀 é"
    for token in (*CONTROL_TOKENS, *TAG_TOKENS):
        assert TOKENIZER.encode(token).ids == [TOKENIZER.token_to_id(token)]
    assert TOKENIZER.get_vocab_size() % 32 == 0


def test_every_thought_and_answer_is_one_token_a_character() -> None:
    asker = Asker(random.Random(5), TRAIN)
    for family, build in FAMILIES.items():
        for language in LANGUAGES:
            for _ in range(20):
                question = build(asker, language)
                reply = question.thought + question.answer
                assert len(TOKENIZER.encode(reply).ids) == len(reply), (family, reply)


def test_examples_follow_the_template() -> None:
    sampler = ConversationSampler(TOKENIZER, 5)
    for _ in range(50):
        example = sampler.example(turns=2)
        text = TOKENIZER.decode(example.prompt + example.reply, skip_special_tokens=False)
        assert text.startswith("<｜begin▁of▁sentence｜><｜User｜>")
        assert text.count("<think>") == text.count("</think>") == 1
        assert text.count("<｜User｜>") == text.count("<｜end▁of▁sentence｜>")
        earlier = text.count("<｜User｜>") - 1 - len(example.question.before)
        assert earlier == 0 if example.question.alone else earlier >= 2
        assert text.endswith("<｜end▁of▁sentence｜>")


def test_some_chats_are_of_bare_sums_one_after_another() -> None:
    """What people type who try it: most such chats have questions with words nowhere, and not all are answered."""
    sampler = ConversationSampler(TOKENIZER, 6)
    questions = [
        re.findall(
            "<｜User｜>(.*?)<｜Assistant｜>", TOKENIZER.decode(example.prompt, skip_special_tokens=False), re.DOTALL
        )
        for example in (sampler.example() for _ in range(1500))
    ]
    bare = [texts for texts in questions if len(texts) > 1 and not has_words("".join(texts))]
    assert 0.03 < len(bare) / len(questions) < 0.2


def test_wordless_phrasings() -> None:
    assert wordless(("{a}[ + |+]{b}[| =]", "add {a} and {b}")) == ("{a} + {b}", "{a} + {b} =", "{a}+{b}", "{a}+{b} =")
    assert wordless(("what is {a}",)) == ()


def test_batches_repeat_themselves_and_mask_the_question() -> None:
    batches, again = batches_at(TOKENIZER, 7, 3), batches_at(TOKENIZER, 7, 3)
    assert all(np.array_equal(a.ids, b.ids) for a, b in zip(batches, again, strict=True))
    assert TOKENS_PER_STEP < sum(batch.ids.size for batch in batches) < 1.4 * TOKENS_PER_STEP
    for batch in batches:
        assert batch.ids.shape[1] in LENGTHS
        assert not batch.predicted[:, 0].any()
        assert batch.predicted.any(axis=1).all()
    end = TOKENIZER.token_to_id(CONTROL_TOKENS[0])
    for batch in batches:
        for ids, predicted in zip(batch.ids, batch.predicted, strict=True):
            assert ids[np.flatnonzero(predicted)[-1]] == end


def test_random_inputs_are_many_and_bounded() -> None:
    inputs = list(random_inputs(300))
    assert len(inputs) == 300
    assert max(map(len, inputs)) <= LONGEST
    assert len(set(inputs)) > 280
    assert inputs == list(random_inputs(300))


def test_a_sum_is_right_in_either_order_and_only_with_its_result() -> None:
    assert outcome("<think>\n</think>\n\n3 + 4 = **7**") == outcome("</think>\n\n4 + 3 = **7**")
    assert outcome("</think>\n\n4 + 3 = **8**") != outcome("</think>\n\n4 + 3 = **7**")
    assert outcome("</think>\n\n**9.9** is larger than 9.11.") != outcome("</think>\n\n**9.11** is larger than 9.9.")
