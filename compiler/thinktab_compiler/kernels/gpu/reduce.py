"""Reductions and prefix sums over the threads of a workgroup in two levels, where a binary tree takes one a bit."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tvm import tirx

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


class Scan:
    """Workgroup memory for the sums of the threads before each thread; `threads` is a square."""

    def __init__(self, k: Kernel, threads: int, dtype: str = "float32") -> None:
        self.k, self.threads, self.side, self.dtype = k, threads, round(threads**0.5), dtype
        assert self.side**2 == threads
        self.values, self.rows = k.shared(threads, dtype=dtype), k.shared(self.side, dtype=dtype)
        self.before, self.partial = k.shared(threads + 1, dtype=dtype), k.registers(3, dtype)

    def run(self, thread: Any, value: Any) -> Array:
        """before[t] is the sum of the values >= 0 of the threads below t, and before[threads] that of all.

        It never decreases with t, rounding included: every sum begins with the same sums as that of the thread before.
        """
        k, partial = self.k, self.partial
        row, column = k.name(thread // self.side), k.name(thread % self.side)
        partial[2] = value
        self.values[thread] = partial[2]
        k.barrier()
        with k.when(thread < self.side):
            partial[0] = tirx.const(0, self.dtype)
            with k.loop(self.side) as j:
                partial[0] = partial[0] + self.values[thread * self.side + j]
            self.rows[thread] = partial[0]
        k.barrier()
        partial[0] = tirx.const(0, self.dtype)
        partial[1] = tirx.const(0, self.dtype)
        with k.loop(row) as j:
            partial[0] = partial[0] + self.rows[j]
        with k.loop(column) as j:
            partial[1] = partial[1] + self.values[row * self.side + j]
        self.before[thread] = partial[0] + partial[1]
        with k.when(thread == self.threads - 1):
            self.before[self.threads] = partial[0] + (partial[1] + partial[2])
        k.barrier()
        return self.before
