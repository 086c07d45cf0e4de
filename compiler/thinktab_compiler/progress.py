"""Progress messages of a long command."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

# Called with the name of the step that begins; the context ends when the step is done.
Step = Callable[[str], AbstractContextManager[None]]

_AGAIN_SECONDS = 15.0


def quiet(_: str) -> AbstractContextManager[None]:
    """A step that nobody is told about."""
    return nullcontext()


@contextmanager
def told(what: str, again: float = _AGAIN_SECONDS) -> Iterator[None]:
    """Writes to stderr which step begins, every `again` seconds that it goes on, and how long it took."""
    begun, done = time.monotonic(), threading.Event()
    print(f"{what} …", file=sys.stderr, flush=True)

    def remind() -> None:
        while not done.wait(again):
            print(f"{what} … {time.monotonic() - begun:.0f} s so far", file=sys.stderr, flush=True)

    reminder = threading.Thread(target=remind, daemon=True)
    reminder.start()
    try:
        yield
    finally:
        done.set()
        reminder.join()
    # Only now: the last word is how long it took.
    print(f"{what}: {time.monotonic() - begun:.1f} s", file=sys.stderr, flush=True)
