"""The families of questions, and how often each is asked in training."""

from collections.abc import Callable

from .arithmetic import add, divide, multiply, subtract
from .counting import count
from .ordering import compare, order
from .questions import Asker, Language, Question
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
    "smalltalk": smalltalk,
    "decline": decline,
}
# by difficulty, not by how often people ask
FAMILY_WEIGHTS = (3, 4, 3, 5, 6, 4, 4, 4, 7, 5)
