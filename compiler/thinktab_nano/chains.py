"""Three to five numbers with + - × and brackets: one operation at a time, the rest of the expression copied."""

from . import phrases_reckoning as P
from .operations import operation_lines, result
from .questions import Asker, Language, Question

Expression = list[int | str]  # numbers, operators and brackets
LONGEST_FACTOR = 9_999  # of a product whose other factor has at most two digits
BRACKET_SHARE = 0.4
SIGNS_EN = {"+": ("plus",), "-": ("minus",), "×": ("times", "multiplied by")}
SIGNS_ZH = {"+": ("加", "加上"), "-": ("减", "减去"), "×": ("乘", "乘以")}
LIST_JOINS_EN, LIST_JOINS_ZH = (
    ((", ", " and "), (", ", ", and "), (", ", ", ")),
    (("、", "和"), ("、", "、"), ("，", "和")),
)


def compact(expression: Expression) -> str:
    """The expression without spaces: the form in which a thought has it."""
    return "".join(map(str, expression))


def spaced(expression: Expression) -> str:
    """The expression with spaces around operators, as an answer has it: ``(4 + 5) × 3``."""
    return "".join(f" {part} " if part in ("+", "-", "×") else str(part) for part in expression)


def next_operation(expression: Expression) -> int:
    """The index of the operator that is due: in the first innermost bracket, × before + and -, from the left."""
    first, last = 0, len(expression)
    if ")" in expression:
        last = expression.index(")")
        first = max(index for index in range(last) if expression[index] == "(")
    inside = range(first, last)
    products = [index for index in inside if expression[index] == "×"]
    return products[0] if products else next(index for index in inside if expression[index] in ("+", "-"))


def reduced(expression: Expression, at: int, value: int) -> Expression:
    """The expression with the operation at an index replaced by its value, without brackets around a lone number."""
    left, right = expression[: at - 1], expression[at + 2 :]
    if left and right and left[-1] == "(" and right[0] == ")":
        left, right = left[:-1], right[1:]
    return [*left, value, *right]


def chain_lines(expression: Expression) -> tuple[list[str], int] | None:
    """The expression, each operation and what it leaves; and the value. None if a product is too long for Nano."""
    lines = [compact(expression)]
    while len(expression) > 1:
        at = next_operation(expression)
        a, operator, b = expression[at - 1 : at + 2]
        assert isinstance(a, int) and isinstance(operator, str) and isinstance(b, int)
        if operator == "×" and (max(abs(a), abs(b)) > LONGEST_FACTOR or min(abs(a), abs(b)) > 99):
            return None
        columns, value = operation_lines(a, operator, b)
        expression = reduced(expression, at, value)
        lines += [*columns, *([compact(expression)] if len(expression) > 1 else [])]
    last = expression[0]
    assert isinstance(last, int)
    return lines, last


def bracketed(asker: Asker, expression: Expression) -> Expression:
    """The expression with a bracket around some of its terms, but not around all."""
    terms = (len(expression) + 1) // 2
    size = asker.rng.choice((2, 2, 2, 3)) if terms > 3 else 2
    first = asker.rng.randrange(terms - size + 1)
    start, end = 2 * first, 2 * (first + size) - 1
    return [*expression[:start], "(", *expression[start:end], ")", *expression[end:]]


def random_expression(asker: Asker, terms: int) -> Expression:
    """An expression with this many numbers: mostly small, of up to three digits where it has no product."""
    rng = asker.rng
    operators = rng.choices("+-×", rng.choice(((4, 3, 4), (1, 1, 0), (3, 1, 3), (2, 2, 1))), k=terms - 1)
    plain = "×" not in operators
    style = rng.random()
    digits, weights = (
        ((1,), (1,)) if style < 0.35 else ((1, 2), (2, 3)) if style < 0.8 or not plain else ((1, 2, 3), (1, 3, 3))
    )
    expression: Expression = [asker.whole(digits, weights)]
    for operator in operators:
        expression += [operator, asker.whole(digits, weights)]
    return bracketed(asker, expression) if rng.random() < BRACKET_SHARE else expression


def written(asker: Asker, language: Language, expression: Expression) -> str:
    """An expression as people write it: in signs, or without brackets also in words."""
    rng = asker.rng
    number = asker.writer(language, 0.08)
    if "(" not in expression and rng.random() < 0.15:
        words = SIGNS_EN if language == "en" else SIGNS_ZH
        join = " " if language == "en" else ""
        return join.join(number(part) if isinstance(part, int) else rng.choice(words[part]) for part in expression)
    times = rng.choice("**×x") if language == "en" else rng.choice("*××")
    text = (spaced if rng.random() < 0.5 else compact)(expression).replace("×", times)
    return text.replace("(", "（").replace(")", "）") if language == "zh" and rng.random() < 0.3 else text


def chain(asker: Asker, language: Language) -> Question:
    """A chain of three to five numbers, or the sum of as many."""
    rng = asker.rng
    english = language == "en"
    while True:
        terms = rng.choices((3, 4, 5), (4, 3, 3))[0]
        listed = rng.random() < 0.12
        if listed:
            numbers = [asker.whole((1, 2, 3), (3, 3, 1)) for _ in range(terms)]
            expression: Expression = [part for number in numbers for part in ("+", number)][1:]
        else:
            expression = random_expression(asker, terms)
        solved = chain_lines(expression)
        if solved and asker.allows(compact(expression)):
            break
    if listed:
        comma, last = rng.choice(LIST_JOINS_EN if english else LIST_JOINS_ZH)
        number = asker.writer(language)
        words = [number(value) for value in numbers]
        core = asker.phrase(P.SUM_LIST_EN if english else P.SUM_LIST_ZH).format(
            l=comma.join(words[:-1]) + last + words[-1]
        )
    else:
        core = asker.phrase(P.CHAIN_EN if english else P.CHAIN_ZH).format(e=written(asker, language, expression))
    lines, value = solved
    thought = "\n".join([*lines, f"{result(language)}{value}"])
    answer = f"{spaced(expression)} = **{value}**"
    return Question(language, asker.surround(language, core), thought, answer, ("chain", compact(expression)))
