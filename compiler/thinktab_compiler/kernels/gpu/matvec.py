"""Matrix multiplication with quantised weights for one row of activations, x [1, 1, width].

Reading W limits the speed. So neighbouring threads read its words once, in turn, and a thread asks for the words of a
whole slice of x before it waits for any of them. x comes through workgroup memory, where all rows of a workgroup share
it: read from a buffer, each thread's eight activations would lie 32 bytes from its neighbour's.
"""

from dataclasses import dataclass
from typing import Any

from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ...codecs import Codec
from ..builder import Array, Kernel, ceil_div, f32, kernel
from ..dequantise import code_in_place
from ..linear import LinearArguments, LinearSpec

_LANES = 64  # threads which share the words of a row
_STEPS = 4  # words of a row that a thread reads for one slice of x, at most
_FOLD = 8  # lanes that one thread adds up
_FOLDED = _LANES // _FOLD
_LINE = _FOLDED * (_FOLD + 1)  # numbers of a row: one of padding behind those that a thread adds up
_BANKS = 32  # of workgroup memory, of four bytes each


@dataclass(frozen=True)
class Tile:
    """The rows of W that a workgroup computes: `sets` of 64 threads, each with `rows` rows."""

    sets: int
    rows: int

    @property
    def threads(self) -> int:
        """Threads of a workgroup."""
        return self.sets * _LANES

    @property
    def weight_rows(self) -> int:
        """Rows of W of a workgroup."""
        return self.sets * self.rows


_SMALL, _LARGE = Tile(2, 4), Tile(4, 4)
_LARGE_ROWS = 8192  # rows of W from which on large workgroups are enough to fill a GPU


def tile_of(spec: LinearSpec) -> Tile:
    """Large workgroups share x among more rows, small ones keep every core of a GPU busy on a small matrix."""
    return _LARGE if spec.rows >= _LARGE_ROWS else _SMALL


@dataclass(frozen=True)
class Slice:
    """The part of x that is in workgroup memory at a time, transposed: element j of each word, then of the next.

    `words` counts its u32 words of codes, a multiple of the lanes.
    """

    codec: Codec
    words: int

    @staticmethod
    def of(spec: LinearSpec) -> "Slice":
        """The slice of a matrix: as few as possible of them, and all as long."""
        steps = -(-spec.words // _LANES)
        turns = -(-steps // _STEPS)
        return Slice(spec.codec, -(-steps // turns) * _LANES)

    @property
    def steps(self) -> int:
        """Words of a row that a thread reads."""
        return self.words // _LANES

    @property
    def elements(self) -> int:
        """Activations."""
        return self.words * self.codec.per_word

    @property
    def stride(self) -> int:
        """From one element of a word to the next, so that threads that store or read meet different banks."""
        return self.words + _BANKS // self.codec.per_word

    @property
    def size(self) -> int:
        """Numbers in workgroup memory."""
        return self.codec.per_word * self.stride


def one_row_kernel(spec: LinearSpec) -> tirx.PrimFunc:
    """The kernel for x [1, 1, width]."""
    codec, gate, tile, part = spec.codec, spec.after == "gate", tile_of(spec), Slice.of(spec)
    per_set = tile.rows // 2 if gate else tile.rows  # columns of y of a set
    normed = spec.norm_eps is not None
    with kernel() as k:
        a = LinearArguments.declare(k, spec, 1)
        with k.threads(tile.threads, ceil_div(spec.columns, tile.sets * per_set)) as (bx, thread):
            memory = k.shared(max(part.size, _lines(tile, normed) * _LINE))  # x, then the sums of the lanes
            sums = _Sums(k, tile, normed, memory)
            lane, own = k.name(thread % _LANES), k.name(thread // _LANES)
            first = k.name((bx * tile.sets + own) * per_set)
            # rows past the end are clamped: they compute the last row's result again
            clamped = [k.name(T.min(first + c, spec.columns - 1)) for c in range(per_set)]
            rows = [clamped[p % per_set] + p // per_set * spec.columns for p in range(tile.rows)]
            total, partial = k.registers(tile.rows), k.registers(tile.rows)
            words, value = k.registers(part.steps * tile.rows, "uint32"), k.registers(3)  # x, sums of x, of squares
            # codes stay in place in their words, so x is divided by 2^(bits * its place)
            factor = k.name(_power_of_two(-codec.bits * (thread % codec.per_word)))
            for p in range(tile.rows):
                total[p] = f32(0)
            value[2] = f32(0)
            with k.loop(ceil_div(spec.words, part.words)) as turn:
                begin = k.name(turn * part.words)
                # words past the end are clamped: x is 0 there
                at = [k.name(T.min(begin + s * _LANES + lane, spec.words - 1)) for s in range(part.steps)]
                for s in range(part.steps):
                    for p, row in enumerate(rows):
                        words[s * tile.rows + p] = a.stored["q_weight"][row, at[s]]
                _stage(k, a, (memory, part, tile), begin * codec.per_word, thread, (value, factor))
                k.barrier()
                for s in range(part.steps):
                    for p in range(tile.rows):
                        partial[p] = f32(0)
                    value[1] = f32(0)
                    for j in range(codec.per_word):
                        value[0] = memory[j * part.stride + s * _LANES + lane]
                        value[1] = value[1] + value[0] * f32(float(1 << codec.bits * j))
                        for p in range(tile.rows):
                            word = words[s * tile.rows + p]
                            partial[p] = partial[p] + value[0] * code_in_place(codec, word, j)
                    # sum((code * scale + offset) * x) = sum(code * x) * scale + sum(x) * offset
                    for p, row in enumerate(rows):
                        scale, offset = a.affine(row, at[s])
                        total[p] = total[p] + (partial[p] * scale + value[1] * offset)
                k.barrier()
            sums.gather(thread, [total[p] for p in range(tile.rows)], value[2])
            with k.when(thread < tile.sets * per_set):
                chosen, c = k.name(thread // per_set), k.name(thread % per_set)
                column = k.name(bx * tile.sets * per_set + thread)
                root = T.rsqrt(sums.squares() / f32(spec.width) + f32(spec.norm_eps)) if normed else f32(1)
                root = k.name(root)
                product = k.name(sums.row(chosen * tile.rows + c) * root)
                up = k.name(sums.row(chosen * tile.rows + per_set + c) * root) if gate else None
                with k.when(column < spec.columns):
                    a.store(0, column, product, up)
    return k.function


def _power_of_two(exponent: Any) -> Any:
    """2^exponent of an i32 expression, f32, by its bits."""
    return tirx.reinterpret("float32", (exponent + 127) * (1 << 23))


def _stage(
    k: Kernel,
    a: LinearArguments,
    place: tuple[Array, Slice, Tile],
    begin: Any,
    thread: Any,
    numbers: tuple[Array, Any],
) -> None:
    """Puts x from the element `begin` on into workgroup memory, times the norm's weight, and 0 past the end.

    The threads divide the words' length, so an element has the same place in its word in every round, and one `factor`.
    The squares of x are added to numbers[0][2].
    """
    memory, part, tile = place
    value, factor = numbers
    spec, per_word = a.spec, part.codec.per_word
    for step in range(ceil_div(part.elements, tile.threads)):
        i = k.name(step * tile.threads + thread)
        element = k.name(T.min(begin + i, spec.width - 1))
        value[0] = a.x[0, 0, element]
        value[0] = tirx.Select(begin + i < spec.width, value[0], f32(0))
        if spec.norm_eps is not None:
            value[2] = value[2] + value[0] * value[0]
            value[0] = value[0] * a.norm_weight(element)
        memory[i % per_word * part.stride + i // per_word] = value[0] * factor


class _Sums:
    """Adds up the lanes of every row in two levels, the first in the memory that held x.

    The squares of x lie behind the rows.
    """

    def __init__(self, k: Kernel, tile: Tile, normed: bool, memory: Array) -> None:
        self.k, self.tile, self.normed, self.memory = k, tile, normed, memory
        self.folded = k.shared(_lines(tile, normed) * _FOLDED)

    def gather(self, thread: Any, totals: list[Any], squares: Any) -> None:
        """Stores the rows' sums of each lane and adds up eight lanes at a time."""
        k, tile, found = self.k, self.tile, self.k.registers(1)
        lane, own = k.name(thread % _LANES), k.name(thread // _LANES)
        place = k.name(lane // _FOLD * (_FOLD + 1) + lane % _FOLD)
        for p, total in enumerate(totals):
            self.memory[(own * tile.rows + p) * _LINE + place] = total
        if self.normed:
            self.memory[(tile.weight_rows + own) * _LINE + place] = squares
        k.barrier()
        with k.loop(ceil_div(T.max(_lines(tile, self.normed) * _FOLDED - thread, 0), tile.threads)) as step:
            i = k.name(step * tile.threads + thread)
            found[0] = f32(0)
            for j in range(_FOLD):
                found[0] = found[0] + self.memory[i * (_FOLD + 1) + j]
            self.folded[i] = found[0]
        k.barrier()

    def row(self, index: Any) -> Any:
        """The sum of a row over all lanes."""
        return self._sum(index, _FOLDED)

    def squares(self) -> Any:
        """The sum of the squares of x."""
        return self._sum(self.tile.weight_rows, self.tile.sets * _FOLDED)

    def _sum(self, index: Any, count: int) -> Any:
        begin, found = self.k.name(index * _FOLDED), self.k.registers(1)
        found[0] = f32(0)
        for j in range(count):
            found[0] = found[0] + self.folded[begin + j]
        return found[0]


def _lines(tile: Tile, normed: bool) -> int:
    """The sums of a lane: one for each row of its set, and one for the squares."""
    return tile.weight_rows + (tile.sets if normed else 0)
