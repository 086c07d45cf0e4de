"""Reductions over the threads of a workgroup in two levels: two barriers where a binary tree takes one a level."""

from collections.abc import Callable
from functools import partial
from typing import Any

from ..builder import Array, Kernel

Combine = Callable[[Any, Any], Any]


def add(one: Any, other: Any) -> Any:
    """The combination of a sum."""
    return one + other


class Reduction:
    """Workgroup memory for reducing `count` values of each of `threads` threads at a time.

    `threads` is a square of at least `count`, so that `count * sqrt(threads)` threads can do the first level.
    """

    def __init__(self, k: Kernel, threads: int, count: int = 1) -> None:
        self.k, self.threads, self.count, self.side = k, threads, count, round(threads**0.5)
        assert self.side**2 == threads and count <= self.side
        self.values, self.rows = k.shared(count, threads), k.shared(count, self.side)
        self.found, self.partial = k.registers(count), k.registers(1)

    def run(self, thread: Any, values: list[Any], combine: Combine) -> Array:
        """All threads' values combined, one for each in `values`; every thread knows them afterwards."""
        k = self.k
        for i, value in enumerate(values):
            self.values[i, thread] = value
        k.barrier()
        with k.when(thread < self.count * self.side):
            i, row = k.name(thread // self.side), k.name(thread % self.side)
            self._fold(self.partial, 0, lambda j: self.values[i, row * self.side + j], combine)
            self.rows[i, row] = self.partial[0]
        k.barrier()
        for i in range(len(values)):
            self._fold(self.found, i, partial(self._row, i), combine)
        return self.found

    def _row(self, i: int, j: Any) -> Any:
        return self.rows[i, j]

    def _fold(self, into: Array, index: int, value: Callable[[Any], Any], combine: Combine) -> None:
        into[index] = value(0)
        with self.k.loop(self.side - 1) as j:
            into[index] = combine(into[index], value(j + 1))
