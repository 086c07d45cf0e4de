"""Attention of a chunk with online softmax (Milakov and Gimelshein, 2018) over tiles of keys, and the merge of two."""

from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ...errors import CompilerError
from ..attention import LOG2_E, NO_SCORE, AttentionShape, Declare
from ..builder import ceil_div, f32, kernel

# a workgroup takes a tile of rows of one head against tiles of keys; a thread has _ROWS of the rows
_QUERIES = _KEYS = 32  # as many of both, because the threads bring them in alike
_LANES = 16  # threads which share a row
_ROWS = 4  # with 8 of 128 dimensions, 32 sums: a thread on a Mali has 64 registers in all
_THREADS = _QUERIES // _ROWS * _LANES
_KEYS_OF_THREAD = _KEYS // _LANES
_DEPTH = 16  # dimensions of queries and keys in workgroup memory at a time
_PER_LOAD = 4  # consecutive dimensions which a thread brings in at a time
_PER_LINE = _DEPTH // _PER_LOAD  # threads which bring in a row of queries or of keys
_LINES = _THREADS // _PER_LINE  # rows which the threads bring in at a time
_VALUES = _THREADS // _LANES  # values in workgroup memory at a time


def check_shape(shape: AttentionShape) -> None:
    """Raises CompilerError for heads that do not fit the tiles."""
    if shape.head_dim % _DEPTH or shape.head_dim > 128:
        raise CompilerError(f"The profile gpu needs a head_dim of 16, 32, .. 128, not {shape.head_dim}.")


def prefill_kernel(shape: AttentionShape, symbol: str, declare: Declare) -> tirx.PrimFunc:
    """A chunk of rows against the positions of `declare`: 32 rows of one head in a workgroup, 32 keys at a time.

    Queries, keys and values come through workgroup memory in slices. For each load from there a thread has 1.3 FMAs of
    scores and, with 128 dimensions, 2.7 of values. Raises CompilerError for heads that do not fit the tiles.
    """
    check_shape(shape)
    dimensions = shape.head_dim
    columns, rows, keys = range(dimensions // _LANES), range(_ROWS), range(_KEYS_OF_THREAD)
    turns = range(_QUERIES // _LINES)
    with kernel(symbol) as k:
        a = declare(k, shape)
        with k.threads(_THREADS, ceil_div(a.rows, _QUERIES), shape.heads) as (bx, h, thread):
            query, key = k.shared_table(_DEPTH, _QUERIES), k.shared_table(_DEPTH, _KEYS)
            weights, value = k.shared_table(_QUERIES, _KEYS), k.shared_table(_VALUES, dimensions)
            partial = k.shared_table(_QUERIES, _LANES)
            score, total = k.registers(_ROWS * _KEYS_OF_THREAD), k.registers(_ROWS * len(columns))
            maximum, denominator, factor = (k.registers(_ROWS) for _ in range(3))
            left, right, weight = k.registers(_ROWS), k.registers(_KEYS_OF_THREAD), k.registers(_ROWS)
            kv_head = k.name(h // shape.group)
            lane, group = k.name(thread % _LANES), k.name(thread // _LANES)
            row_of = [k.name(group + _QUERIES // _ROWS * i) for i in rows]  # of the tile
            counts = [k.name(a.count(0, T.min(bx * _QUERIES + row, a.rows - 1))) for row in row_of]
            start = k.name(thread % _PER_LINE * _PER_LOAD)
            lines = [k.name(thread // _PER_LINE + _LINES * turn) for turn in turns]
            query_rows = [k.name(T.min(bx * _QUERIES + line, a.rows - 1)) for line in lines]
            for i in rows:
                maximum[i], denominator[i] = f32(NO_SCORE), f32(0)
                for c in columns:
                    total[i * len(columns) + c] = f32(0)
            most = k.name(a.count(0, T.min(bx * _QUERIES + _QUERIES, a.rows) - 1))
            with k.loop(ceil_div(most, _KEYS)) as tile:
                first = k.name(tile * _KEYS)
                positions = [k.name(T.min(first + line, most - 1)) for line in lines]
                places = [k.name(a.place(0, position)) for position in positions]
                for i in range(_ROWS * _KEYS_OF_THREAD):
                    score[i] = f32(0)
                with k.loop(dimensions // _DEPTH) as step:
                    for turn, line in enumerate(lines):
                        for x in range(_PER_LOAD):
                            column = step * _DEPTH + start + x
                            element = a.query[query_rows[turn], h, column]
                            query[start + x, line] = element * a.scale * f32(LOG2_E)
                            key[start + x, line] = a.key(places[turn], positions[turn], kv_head, column)
                    k.barrier()
                    with k.loop(_DEPTH) as x:
                        for i in rows:
                            left[i] = query[x, row_of[i]]
                        for j in keys:
                            right[j] = key[x, lane + _LANES * j]
                        for i in rows:
                            for j in keys:
                                at = i * _KEYS_OF_THREAD + j
                                score[at] = score[at] + left[i] * right[j]
                    k.barrier()
                for i in rows:
                    factor[i] = f32(NO_SCORE)
                    for j in keys:
                        at = i * _KEYS_OF_THREAD + j
                        seen = first + lane + _LANES * j < counts[i]
                        score[at] = T.if_then_else(seen, score[at], f32(NO_SCORE))
                        factor[i] = T.max(factor[i], score[at])
                    partial[row_of[i], lane] = factor[i]
                k.barrier()
                for i in rows:
                    left[i] = maximum[i]
                    with k.loop(_LANES) as other:
                        maximum[i] = T.max(maximum[i], partial[row_of[i], other])
                    factor[i] = T.exp2(left[i] - maximum[i])
                    denominator[i] = denominator[i] * factor[i]
                    for j in keys:
                        seen = first + lane + _LANES * j < counts[i]
                        found = T.exp2(score[i * _KEYS_OF_THREAD + j] - maximum[i])
                        weights[row_of[i], lane + _LANES * j] = T.if_then_else(seen, found, f32(0))
                    for c in columns:
                        total[i * len(columns) + c] = total[i * len(columns) + c] * factor[i]
                with k.loop(ceil_div(T.min(most - first, _KEYS), _VALUES)) as step:
                    j = k.name(T.min(first + step * _VALUES + group, most - 1))
                    place = k.name(a.place(0, j))
                    for c in columns:
                        value[group, lane + _LANES * c] = a.value(place, j, kv_head, lane + _LANES * c)
                    k.barrier()
                    with k.loop(_VALUES) as x:
                        for i in rows:
                            weight[i] = weights[row_of[i], step * _VALUES + x]
                            denominator[i] = denominator[i] + weight[i]
                        for c in columns:
                            right[0] = value[x, lane + _LANES * c]
                            for i in rows:
                                at = i * len(columns) + c
                                total[at] = total[at] + weight[i] * right[0]
                    k.barrier()
            for i in rows:
                row = k.name(bx * _QUERIES + row_of[i])
                denominator[i] = T.max(denominator[i], f32(1e-30))  # an empty range gives zeros, not NaN
                with k.when(row < a.rows):
                    for c in columns:
                        a.out[row, h, lane + _LANES * c] = total[i * len(columns) + c] / denominator[i]
                    with k.when(lane == 0):
                        a.lse[row, h] = maximum[i] + T.log2(denominator[i])
    return k.function


def merge_state_kernel() -> tirx.PrimFunc:
    """(v, s) <- merge of two partial attentions (v, s) and (other_v, other_s): a workgroup per (row, head).

    In TVM's own kernel every thread of a row reads s and then writes it. That is a data race: any prefill on a
    non-empty cache gives wrong results. Here all threads have read s before one thread writes it.
    """
    threads = 64
    with kernel("tir_attention_merge_state") as k:
        rows, heads, head_dim = k.size(), k.size(), k.size()
        v, s = k.argument((rows, heads, head_dim), "float32"), k.argument((rows, heads), "float32")
        other_v, other_s = k.argument((rows, heads, head_dim), "float32"), k.argument((rows, heads), "float32")
        with k.threads(threads, heads, rows) as (h, i, thread):
            scores, weights = k.registers(2), k.registers(3)
            scores[0], scores[1] = s[i, h], other_s[i, h]
            k.barrier()
            weights[0] = T.max(scores[0], scores[1])
            weights[1], weights[2] = T.exp2(scores[0] - weights[0]), T.exp2(scores[1] - weights[0])
            with k.loop(ceil_div(head_dim, threads)) as step:
                x = k.name(step * threads + thread)
                with k.when(x < head_dim):
                    merged = v[i, h, x] * weights[1] + other_v[i, h, x] * weights[2]
                    v[i, h, x] = merged / (weights[1] + weights[2])
            with k.when(thread == 0):
                s[i, h] = T.log2(weights[1] + weights[2]) + weights[0]
    return k.function
