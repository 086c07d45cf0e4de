"""The families of questions, and how often each is asked in training."""

from collections.abc import Callable

from .animals import heads_and_legs
from .arithmetic import add, divide, multiply, subtract
from .chains import chain
from .clocks import calendar, clock
from .counting import count
from .decimals import decimal, percent
from .following import following
from .near import near
from .ordering import compare, order
from .primes import prime
from .questions import Asker, Language, Question
from .quotients import quotient, rate
from .signed import signed
from .stories import story
from .talk import decline, smalltalk

FAMILIES: dict[str, Callable[[Asker, Language], Question]] = {
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "compare": compare,
    "order": order,
    "divide": divide,
    "count": count,
    "story": story,
    "chain": chain,
    "signed": signed,
    "decimal": decimal,
    "percent": percent,
    "quotient": quotient,
    "rate": rate,
    "prime": prime,
    "clock": clock,
    "calendar": calendar,
    "heads and legs": heads_and_legs,
    "following": following,
    "near": near,
    "smalltalk": smalltalk,
    "decline": decline,
}
# by difficulty, not by how often people ask; near misses are a quarter
FAMILY_WEIGHTS = (3, 3, 3, 3, 3, 3, 6, 6, 8, 3, 4, 2.5, 4, 6, 5, 5, 3, 7, 6, 31, 4, 3.5)
