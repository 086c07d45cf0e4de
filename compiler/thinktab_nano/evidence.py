"""What an answer rests on, in a few equations: the reply to "why?"."""

from .chains import Expression, next_operation, reduced
from .operations import operation_lines
from .primes import DIVISORS
from .questions import Facts, Language
from .steps import addition_steps, comparison_steps, product_steps, spell_and_count, subtraction_steps

LONGEST_PRODUCT = 9_999  # of one shown in equations


def _product(a: int, b: int) -> list[str]:
    """Digit by digit, or if both have two digits, as two products and their sum."""
    high, low = (a, b) if len(str(a)) >= len(str(b)) else (b, a)
    if low < 10:
        return product_steps(high, low)
    ones, tens = high * (low % 10), high * (low // 10 * 10)
    return [f"{high}×{low % 10}={ones}", f"{high}×{low // 10 * 10}={tens}", f"{ones}+{tens}={high * low}"]


def _comparison(a: str, b: str, language: Language) -> list[str]:
    (aligned, compared), _ = comparison_steps(a, b)
    if len(a.partition(".")[0]) != len(b.partition(".")[0]):
        return [f"{compared.replace('|', f' {compared[-1]} ')[:-1]} {'digits' if language == 'en' else '位'}"]
    left, right = aligned.split("|")
    digits = [f"{pair[0]} {pair[-1]} {pair[2]}" for pair in compared.split(" ")]
    return [f"{left} {compared[-1]} {right}", *digits] if len(left) > 1 else digits


def _operations(expression: Expression) -> list[str]:
    lines = []
    while len(expression) > 1:
        at = next_operation(expression)
        a, operator, b = expression[at - 1 : at + 2]
        assert isinstance(a, int) and isinstance(operator, str) and isinstance(b, int)
        value = operation_lines(a, operator, b)[1]
        lines.append(f"{a}{operator}{b}={value}")
        expression = reduced(expression, at, value)
    return lines


def _tried(number: int) -> list[int]:
    return [divisor for divisor in DIVISORS if divisor * divisor <= number]


def evidence(facts: Facts, language: Language) -> list[str]:
    """The equations behind the answer to a question with these facts; none where Nano does not teach a reason."""
    english = language == "en"
    match facts:
        case ("+", int(a), int(b)) if a >= 0 and b >= 0:
            return addition_steps(a, b)
        case ("-", int(a), int(b)) if a >= b >= 0:
            return subtraction_steps(a, b)
        case ("×", int(a), int(b)) if 0 < a * b <= LONGEST_PRODUCT and min(a, b) < 100:
            return _product(a, b)
        case ("compare", str(first), str(second)):
            return _comparison(first, second, language)
        case ("count", str(word), str(letter)):
            return [spell_and_count(word, letter)[0]]
        case ("parity", int(number)):
            return [f"the last digit is {number % 10}" if english else f"末位是 {number % 10}"]
        case ("divisible" | "÷", int(a), int(b)):
            left = f"+{a % b}" if a % b else ""
            return [f"{b}×{a // b}{left}={a}"]
        case ("prime", int(number)) if number > 3:
            factor = next((divisor for divisor in _tried(number) if not number % divisor), 0)
            if factor:
                return [f"{factor}×{number // factor}={number}"]
            tried = (", " if english else "、").join(map(str, _tried(number)))
            return [f"{number} is not divisible by {tried}" if english else f"{number} 不能被 {tried} 整除"]
        case ("chain" | "story", str(plan), *_):
            return _operations(parsed(plan))
    return []


def parsed(plan: str) -> Expression:
    """The expression that a thought writes without spaces; its numbers have no signs."""
    expression: Expression = []
    for char in plan:
        if char.isdigit() and expression and isinstance(last := expression[-1], int):
            expression[-1] = last * 10 + int(char)
        else:
            expression.append(int(char) if char.isdigit() else char)
    return expression
