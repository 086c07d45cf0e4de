"""Attention of one new row over the pages of the cache, with the keys split over workgroups (flash decoding).

Dao, Haziza, Massa and Sizov, "Flash-Decoding for long-context inference" (2023): each workgroup attends to a run of
keys, and a second launch merges their results by their log-sum-exp values. So a long context has more workgroups and
not a longer chain of loads. The query heads that share a key head share a workgroup, which reads each key once.
"""

import math
from collections.abc import Iterator
from typing import Any

from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ...config import KV_PAGE
from ..attention import LOG2_E, NO_SCORE, AttentionArguments, AttentionShape
from ..builder import Array, Kernel, ceil_div, f32, kernel
from .attention import check_shape
from .reduce import Reduction

THREADS = 256
KEYS = 64  # of a workgroup
LANES = 8  # threads which share a key
LINES = THREADS // LANES  # keys whose scores are computed side by side
PER_THREAD = KEYS // LINES  # keys of a thread
IN_FLIGHT = 8  # columns or values that a thread loads before it uses them, at most
_MOST_HEADS = 8  # of a workgroup, for which 16 KiB of workgroup memory suffice
_STEP = 32  # splits by which the workspace grows: a larger one is a new buffer
_PARTS = 8  # threads which share the maximum or the sum of a head

COLUMNS = 16  # of the merge: dimensions of a workgroup; it divides every head_dim
ROWS = THREADS // COLUMNS  # splits that are summed side by side


def heads_of_workgroup(shape: AttentionShape) -> int:
    """Query heads that share a workgroup: the largest divisor of the group that fits."""
    return max(count for count in range(1, _MOST_HEADS + 1) if shape.group % count == 0)


def halves_of(shape: AttentionShape) -> int:
    """Keys of a workgroup whose values are summed side by side; divides KEYS."""
    return 1 << int(math.log2(THREADS // shape.head_dim))


def decode_kernel(shape: AttentionShape) -> tirx.PrimFunc:
    """One new row per sequence against the pages of the cache.

    Raises CompilerError for heads that do not fit the tiles.
    """
    check_shape(shape)
    with kernel("batch_decode_paged_kv") as k:
        a = AttentionArguments.decode(k, shape)
        assert a.pages is not None
        # an upper bound for every sequence: that of all pages
        splits = ceil_div(a.pages, KEYS // KV_PAGE)
        most = ceil_div(splits, _STEP) * _STEP
        mixed = k.workspace(a.rows, shape.heads, most, shape.head_dim)
        states = k.workspace(a.rows, shape.heads, most, 2)  # maximum of the scores, sum of the weights below it
        _attend(k, shape, a, splits, mixed, states)
        _merge(k, shape, a, splits, mixed, states)
    return k.function


def _attend(k: Kernel, shape: AttentionShape, a: AttentionArguments, splits: Any, mixed: Array, states: Array) -> None:
    """The launch in which a workgroup attends to 64 keys with several heads."""
    size, heads = shape.head_dim, heads_of_workgroup(shape)
    per_sequence = shape.heads // heads
    halves = halves_of(shape)
    with k.threads(THREADS, splits, a.rows * per_sequence) as (split, part, thread):
        query, weights = k.shared(heads * size), k.shared(heads * KEYS)
        products = k.shared(heads * LINES * (LANES + 1))  # also holds the sums of the halves
        maxima, sums = k.shared(heads * _PARTS), k.shared(heads * _PARTS)
        b, first_head = k.name(part // per_sequence), k.name(part % per_sequence * heads)
        kv_head = k.name(first_head // shape.group)
        count, first = k.name(a.count(b, 0)), k.name(split * KEYS)
        with k.loop(ceil_div(T.max(heads * size - thread, 0), THREADS)) as step:
            i = k.name(step * THREADS + thread)
            query[i] = a.query[b, first_head + i // size, i % size] * a.scale * f32(LOG2_E)
        keys = _Keys(k, a, b, first, count, kv_head)
        keys.find_pages(thread)
        k.barrier()
        _scores(k, shape, keys, thread, (query, products, weights))
        _weigh(k, heads, thread, weights, (maxima, sums))
        total, x, half = k.registers(heads), k.name(thread % size), k.name(thread // size)
        for h in range(heads):
            total[h] = f32(0)
        for j, value in _values(k, keys, x, half, halves):
            for h in range(heads):
                total[h] = total[h] + weights[h * KEYS + j] * value
        with k.when(half < halves):
            for h in range(heads):
                products[(h * halves + half) * size + x] = total[h]
        k.barrier()
        found = k.registers(2)
        with k.loop(ceil_div(T.max(heads * size - thread, 0), THREADS)) as step:
            i = k.name(step * THREADS + thread)
            found[0] = f32(0)
            for j in range(halves):
                found[0] = found[0] + products[(i // size * halves + j) * size + i % size]
            mixed[b, first_head + i // size, split, i % size] = found[0]
        with k.when(thread < heads):
            found[0], found[1] = f32(NO_SCORE), f32(0)
            for j in range(_PARTS):
                found[0] = T.max(found[0], maxima[thread * _PARTS + j])
                found[1] = found[1] + sums[thread * _PARTS + j]
            states[b, first_head + thread, split, 0] = found[0]
            states[b, first_head + thread, split, 1] = found[1]


class _Keys:
    """The keys of a workgroup: those of a sequence from `first` on; past its end the last one stands for all."""

    def __init__(self, k: Kernel, a: AttentionArguments, b: Any, first: Any, count: Any, kv_head: Any) -> None:
        self.k, self.a, self.b, self.first, self.count, self.kv_head = k, a, b, first, count, kv_head
        self.pages = k.shared(KEYS // KV_PAGE, dtype="int32")

    def find_pages(self, thread: Any) -> None:
        """Looks the pages up, so that no load of a key waits for that; before a barrier."""
        with self.k.when(thread < KEYS // KV_PAGE):
            self.pages[thread] = self.a.place(self.b, self._position(thread * KV_PAGE))

    def locate(self, slot: Any) -> tuple[Any, Any]:
        """Place and position of the key in a slot of this workgroup."""
        position = self.k.name(self._position(slot))
        return self.k.name(self.pages[T.max(position - self.first, 0) // KV_PAGE]), position

    def _position(self, slot: Any) -> Any:
        return T.max(T.min(self.first + slot, self.count - 1), 0)


def _scores(k: Kernel, shape: AttentionShape, keys: _Keys, thread: Any, memory: tuple[Array, Array, Array]) -> None:
    """weights[head, key] <- the scores in base 2, NO_SCORE past the end.

    `memory` has the query, the products of single lanes and the weights.
    """
    size, heads = shape.head_dim, heads_of_workgroup(shape)
    query, products, weights = memory
    score, key, found = k.registers(heads * PER_THREAD), k.registers(PER_THREAD), k.registers(1)
    lane, line = k.name(thread % LANES), k.name(thread // LANES)
    at = [keys.locate(block * LINES + line) for block in range(PER_THREAD)]
    for i in range(heads * PER_THREAD):
        score[i] = f32(0)
    steps = size // LANES
    unrolled = math.gcd(steps, IN_FLIGHT)
    with k.loop(steps // unrolled) as step:
        for inner in range(unrolled):
            x = k.name((step * unrolled + inner) * LANES + lane)
            for block in range(PER_THREAD):
                key[block] = keys.a.key(*at[block], keys.kv_head, x)
            for h in range(heads):
                for block in range(PER_THREAD):
                    i = h * PER_THREAD + block
                    score[i] = score[i] + query[h * size + x] * key[block]
    for block in range(PER_THREAD):
        for h in range(heads):
            products[(h * LINES + line) * (LANES + 1) + lane] = score[h * PER_THREAD + block]
        k.barrier()
        with k.loop(ceil_div(T.max(heads * LINES - thread, 0), THREADS)) as step:
            i = k.name(step * THREADS + thread)
            found[0] = f32(0)
            for j in range(LANES):
                found[0] = found[0] + products[i * (LANES + 1) + j]
            inside = keys.first + block * LINES + i % LINES < keys.count
            slot = i // LINES * KEYS + block * LINES + i % LINES
            weights[slot] = T.if_then_else(inside, found[0], f32(NO_SCORE))
        k.barrier()


def _weigh(k: Kernel, heads: int, thread: Any, weights: Array, found: tuple[Array, Array]) -> None:
    """weights[head, key] <- 2^(score - maximum), 0 past the end; `found` gets eight maxima and eight sums of a head."""
    maxima, sums = found
    share = KEYS // _PARTS
    score, best = k.registers(share), k.registers(2)
    head = k.name(thread // _PARTS)
    with k.when(thread < heads * _PARTS):
        best[0] = f32(NO_SCORE)
        for j in range(share):
            score[j] = weights[thread * share + j]
            best[0] = T.max(best[0], score[j])
        maxima[thread] = best[0]
    k.barrier()
    with k.when(thread < heads * _PARTS):
        best[0], best[1] = f32(NO_SCORE), f32(0)
        for j in range(_PARTS):
            best[0] = T.max(best[0], maxima[head * _PARTS + j])
        for j in range(share):
            score[j] = T.if_then_else(score[j] > f32(NO_SCORE), T.exp2(score[j] - best[0]), f32(0))
            best[1] = best[1] + score[j]
            weights[thread * share + j] = score[j]
        sums[thread] = best[1]
    k.barrier()


def _values(k: Kernel, keys: _Keys, x: Any, half: Any, halves: int) -> Iterator[tuple[Any, Any]]:
    """Yields each key of this thread's half and its value at the dimension `x`, with several loads in flight.

    The weight of a key past the end is 0.
    """
    steps = KEYS // halves
    unrolled = min(steps, IN_FLIGHT)
    value = k.registers(unrolled)
    with k.loop(steps // unrolled) as step:
        slots = [k.name((step * unrolled + i) * halves + half) for i in range(unrolled)]
        for i, slot in enumerate(slots):
            value[i] = keys.a.value(*keys.locate(slot), keys.kv_head, x)
        for i, slot in enumerate(slots):
            yield slot, value[i]


def _merge(k: Kernel, shape: AttentionShape, a: AttentionArguments, splits: Any, mixed: Array, states: Array) -> None:
    """The launch which merges the splits: a workgroup for 16 dimensions of a head."""
    heads = shape.heads
    with k.threads(THREADS, shape.head_dim // COLUMNS, a.rows * heads) as (slab, part, thread):
        reduction, totals, denominators = Reduction(k, THREADS), k.shared(THREADS), k.shared(ROWS)
        found = k.registers(2)
        b, h = k.name(part // heads), k.name(part % heads)
        column, row = k.name(thread % COLUMNS), k.name(thread // COLUMNS)
        x = k.name(slab * COLUMNS + column)
        found[0] = f32(NO_SCORE)
        with k.loop(ceil_div(T.max(splits - thread, 0), THREADS)) as step:
            found[0] = T.max(found[0], states[b, h, step * THREADS + thread, 0])
        largest = k.name(reduction.run(thread, [found[0]], T.max)[0])
        found[0], found[1] = f32(0), f32(0)
        with k.loop(ceil_div(T.max(splits - row, 0), ROWS)) as step:
            split = k.name(step * ROWS + row)
            factor = k.name(T.exp2(states[b, h, split, 0] - largest))
            found[0] = found[0] + factor * states[b, h, split, 1]
            found[1] = found[1] + factor * mixed[b, h, split, x]
        totals[thread] = found[1]
        with k.when(column == 0):
            denominators[row] = found[0]
        k.barrier()
        with k.when(thread < COLUMNS):
            found[0], found[1] = f32(0), f32(0)
            for j in range(ROWS):
                found[0] = found[0] + denominators[j]
                found[1] = found[1] + totals[j * COLUMNS + thread]
            found[0] = T.max(found[0], f32(1e-30))  # an empty sequence gives zeros, not NaN
            a.out[b, h, x] = found[1] / found[0]
            with k.when(tirx.all(slab == 0, thread == 0)):
                a.lse[b, h] = largest + T.log2(found[0])
