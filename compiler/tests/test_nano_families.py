"""The families of version 5: every answer found again from the question's facts, by code of the tests' own."""

import random
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from nano_expressions import evaluated, full_width_undone

from thinktab_nano.evidence import evidence
from thinktab_nano.families import FAMILIES
from thinktab_nano.following import last_value
from thinktab_nano.numerals import chinese, english, full_width
from thinktab_nano.operations import operation_lines
from thinktab_nano.questions import LANGUAGES, TRAIN, Asker, Language, Question, Split
from thinktab_nano.splits import SPLITS
from thinktab_nano.steps import addition_steps
from thinktab_nano.talk import refusal

SAMPLES = 300


def asked(family: str, language: Language, seed: int = 9) -> list[Question]:
    asker = Asker(random.Random(seed), TRAIN)
    return [FAMILIES[family](asker, language) for _ in range(SAMPLES)]


def bold(question: Question) -> list[str]:
    return re.findall(r"\*\*(.+?)\*\*", question.answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_chains_and_their_every_line_have_the_value_of_the_expression(language: Language) -> None:
    for question in asked("chain", language):
        kind, expression = question.facts
        assert kind == "chain" and isinstance(expression, str)
        value = evaluated(expression)
        assert bold(question) == [str(value)]
        assert evaluated(question.answer.partition(" = ")[0].replace(" ", "")) == value
        assert question.thought.startswith(f"{expression}\n") and question.thought.endswith(str(value))
        assert 3 <= len(re.findall(r"\d+", expression)) <= 5
        for line in question.thought.splitlines():
            if re.fullmatch(r"[-\d+×()]*\([-\d+×()]*", line) and not line.startswith("-("):
                assert evaluated(line) == value, question.thought


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", ["signed", "decimal"])
def test_signed_and_decimal_results(family: str, language: Language) -> None:
    for question in asked(family, language):
        operator, *operands = question.facts
        a, b = (Decimal(str(operand)) for operand in operands)
        value = a + b if operator == "+" else a - b if operator == "-" else a * b
        assert Decimal(bold(question)[0]) == value
        assert bold(question)[0] == f"{value.normalize():f}".replace("-0", "0" if value == 0 else "-0")
        assert family == "decimal" or min(a, b) < 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_percents(language: Language) -> None:
    for question in asked("percent", language):
        _, p, a = question.facts
        assert Fraction(bold(question)[0]) == Fraction(int(p), 100) * int(a)
        assert str(a) in full_width_undone(question.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotients_and_rates(language: Language) -> None:
    for question in (*asked("quotient", language), *asked("rate", language)):
        operator, *operands = question.facts
        a, b = (Fraction(str(operand)) for operand in operands)
        if question.answer == refusal(language):
            assert operator == "÷" and (a / b).denominator > 1
            assert question.thought.endswith(f" {a % b}") or question.thought.endswith(f"：{a % b}")
            continue
        found = [Fraction(number) for number in re.findall(r"[\d.]+", bold(question)[0])]
        if operator == "×":
            assert found == [a * b]
        elif len(found) == 2:
            assert found[0] * b + found[1] == a and 0 < found[1] < b
        else:
            assert found == [a / b]


@pytest.mark.parametrize("language", LANGUAGES)
def test_primes(language: Language) -> None:
    for question in asked("prime", language):
        number = int(question.facts[1])
        divisors = [divisor for divisor in range(1, number + 1) if number % divisor == 0]
        if len(divisors) == 2:
            assert bold(question)[0] in ("prime", "是质数")
        elif number > 1:
            assert bold(question)[0] in ("not prime", "不是质数")
            first, second = map(int, re.findall(r"(\d+) × (\d+)", question.answer)[0])
            assert first * second == number and first == divisors[1]
        else:
            assert "neither" in question.answer or "也不是" in question.answer
        assert number < 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_clocks(language: Language) -> None:
    for question in asked("clock", language):
        _, start, sign, step = map(str, question.facts)
        hours, minutes = map(int, step.split(":"))
        begun = datetime.strptime(f"2024-05-15 {start}", "%Y-%m-%d %H:%M")
        moved = begun + timedelta(hours=hours, minutes=minutes) * (1 if sign == "+" else -1)
        assert bold(question) == [f"{moved.hour}:{moved.minute:02}"]
        days = (moved.date() - begun.date()).days
        words = {0: (), 1: ("next day", "第二天"), -1: ("day before", "前一天")}[days]
        assert any(word in question.answer for word in words) if words else question.answer.endswith("**")


@pytest.mark.parametrize("language", LANGUAGES)
def test_weekdays_and_months(language: Language) -> None:
    for question in asked("calendar", language):
        kind, start, sign, step = question.facts
        moved = int(step) * (1 if sign == "+" else -1)
        if kind == "day":  # 7 January 2024 was a Sunday
            day = date(2024, 1, 7) + timedelta(days=int(start) + moved)
            wanted = day.strftime("%A") if language == "en" else "星期" + "一二三四五六日"[day.weekday()]
        else:
            month = (int(start) - 1 + moved) % 12 + 1
            wanted = date(2024, month, 1).strftime("%B") if language == "en" else f"{month}月"
        assert bold(question) == [wanted]


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_and_legs(language: Language) -> None:
    for question in asked("heads and legs", language):
        _, heads, legs = (int(fact) if isinstance(fact, int) else 0 for fact in question.facts)
        fitting = [four for four in range(heads + 1) if 2 * (heads - four) + 4 * four == legs]
        if question.answer == refusal(language):
            assert not fitting
        else:
            assert [int(number) for number in bold(question)] == [heads - fitting[0], fitting[0]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_stories_are_refused_only_where_something_would_be_negative(language: Language) -> None:
    refused = 0
    for question in asked("story", language):
        plan = str(question.facts[1])
        totals = [evaluated("".join(parts)) for parts in prefixes(plan)]
        if question.answer == refusal(language):
            assert min(totals) < 0
            refused += 1
        else:
            assert min(totals) >= 0 and last_value(question) == totals[-1]
    assert 0 < refused < SAMPLES / 10


def prefixes(plan: str) -> list[list[str]]:
    tokens = re.findall(r"\d+|[-+×]", plan)
    return [tokens[:end] for end in range(1, len(tokens) + 1, 2)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_follows_goes_on_from_the_answer_before(language: Language) -> None:
    kinds = set()
    for question in asked("following", language):
        if question.answer == refusal(language):
            assert question.alone or question.before
            continue
        earlier, kind = question.before[-1], question.facts[0]
        kinds.add(kind)
        if kind == "count":
            _, word, letter = map(str, question.facts)
            assert earlier.facts[1] == word
            assert bold(question) == [str(sum(char == letter for char in word))]
        elif kind in ("+", "-", "×"):
            _, value, b = question.facts
            assert value == last_value(earlier)
            assert last_value(question) == evaluated(f"{value}{kind}{b}")
        elif kind == "still":
            assert bold(question) == [str(last_value(earlier))]
        elif kind == "why":
            assert question.facts[1:] == earlier.facts and question.thought == earlier.thought
        else:
            assert earlier.facts[0] == kind in ("parity", "prime")
    assert kinds >= {"count", "+", "×", "why", "parity"}


def test_reasons_are_true() -> None:
    assert evidence(("compare", "9.9", "9.11"), "en") == ["9.90 > 9.11", "9 = 9", "9 > 1"]
    assert evidence(("compare", "100", "99"), "en") == ["3 > 2 digits"]
    assert evidence(("×", 47, 12), "zh") == ["47×2=94", "47×10=470", "94+470=564"]
    assert evidence(("chain", "2+2×3"), "en") == ["2×3=6", "2+6=8"]
    assert evidence(("prime", 97), "en") == ["97 is not divisible by 2, 3, 5, 7"]
    assert evidence(("prime", 91), "en") == ["7×13=91"]
    assert evidence(("÷", 17, 5), "en") == ["5×3+2=17"]
    assert evidence(("+", 38, 47), "en") == addition_steps(38, 47)
    assert evidence(("order", 3, 4), "en") == []


def test_an_operation_ends_with_its_value_and_its_columns_are_of_numbers_without_signs() -> None:
    rng = random.Random(4)
    for _ in range(3000):
        a, b, operator = rng.randint(-999, 999), rng.randint(-99, 99), rng.choice("+-×")
        lines, value = operation_lines(a, operator, b)
        assert value == evaluated(f"{a}{operator}{b}".replace("--", "+").replace("+-", "-"))
        assert lines[-1] == f"={value}"
        assert not any("--" in line or "+-" in line or "×-" in line for line in lines[1:])


def test_numbers_in_words() -> None:
    assert [english(number) for number in (0, 15, 40, 42, 100, 342, 2005)] == [
        "zero",
        "fifteen",
        "forty",
        "forty-two",
        "one hundred",
        "three hundred and forty-two",
        "two thousand and five",
    ]
    assert [chinese(number) for number in (0, 10, 15, 20, 42, 100, 105, 110, 342, 2005)] == [
        *("零", "十", "十五", "二十", "四十二", "一百", "一百零五", "一百一十", "三百四十二", "二千零五"),
    ]
    assert full_width("12+3.5") == "１２+３.５"


@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
def test_every_family_has_held_out_questions(split: Split) -> None:
    asker = Asker(random.Random(6), split)
    for family in FAMILIES.values():
        for language in LANGUAGES:
            assert all(family(asker, language).text is not None for _ in range(10))
