"""Attention of a chunk with online softmax (Milakov and Gimelshein, 2018) over tiles of keys, and the merge of two."""

from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ...errors import CompilerError
from ..attention import LOG2_E, NO_SCORE, AttentionShape, Declare
from ..builder import ceil_div, f32, kernel

_THREADS = 256
_QUERIES, _KEYS = 16, 32  # of a tile
_ACROSS = _THREADS // _QUERIES  # threads which share a query row


def check_shape(shape: AttentionShape) -> None:
    """Raises CompilerError for heads that do not fit the tiles."""
    if shape.head_dim % _ACROSS or shape.head_dim > 128:
        raise CompilerError(f"The profile gpu needs a head_dim of 16, 32, .. 128, not {shape.head_dim}.")


def prefill_kernel(shape: AttentionShape, symbol: str, declare: Declare) -> tirx.PrimFunc:
    """A chunk of rows against the positions of `declare`: 16 rows of one head in a workgroup, 32 keys at a time.

    Raises CompilerError for heads that do not fit the tiles.
    """
    check_shape(shape)
    dimensions, per_thread = shape.head_dim, shape.head_dim // _ACROSS
    shares = range(_KEYS // _ACROSS)  # scores of a thread
    with kernel(symbol) as k:
        a = declare(k, shape)
        with k.threads(_THREADS, ceil_div(a.rows, _QUERIES), shape.heads) as (bx, h, thread):
            query, scores = k.shared_table(_QUERIES, dimensions), k.shared_table(_QUERIES, _KEYS)
            score, total = k.registers(len(shares)), k.registers(per_thread)
            maximum, largest, denominator, factor = (k.registers(1) for _ in range(4))
            kv_head = k.name(h // shape.group)
            # the rows of the scores come first so that neighbours read the same key, the values' dimensions likewise
            score_row, score_lane = k.name(thread % _QUERIES), k.name(thread // _QUERIES)
            row, lane = k.name(thread // _ACROSS), k.name(thread % _ACROSS)
            score_count = k.name(a.count(0, T.min(bx * _QUERIES + score_row, a.rows - 1)))
            row_count = k.name(a.count(0, T.min(bx * _QUERIES + row, a.rows - 1)))
            for i in range(per_thread):
                column = lane + i * _ACROSS
                element = a.query[T.min(bx * _QUERIES + row, a.rows - 1), h, column]
                query[row, column] = element * a.scale * f32(LOG2_E)
                total[i] = f32(0)
            maximum[0], denominator[0] = f32(NO_SCORE), f32(0)
            k.barrier()
            most = k.name(a.count(0, T.min(bx * _QUERIES + _QUERIES, a.rows) - 1))
            with k.loop(ceil_div(most, _KEYS)) as tile:
                first = k.name(tile * _KEYS)
                for i in shares:
                    j = k.name(first + score_lane + i * _ACROSS)
                    score[i] = f32(NO_SCORE)
                    with k.when(j < score_count):
                        place = k.name(a.place(0, j))
                        score[i] = f32(0)
                        with k.loop(dimensions) as x:
                            score[i] = score[i] + query[score_row, x] * a.key(place, j, kv_head, x)
                    scores[score_row, score_lane + i * _ACROSS] = score[i]
                k.barrier()
                largest[0] = maximum[0]
                with k.loop(_KEYS) as j:
                    largest[0] = T.max(largest[0], scores[row, j])
                for i in shares:
                    j = lane + i * _ACROSS
                    score[i] = T.if_then_else(first + j < row_count, T.exp2(scores[row, j] - largest[0]), f32(0))
                factor[0] = T.exp2(maximum[0] - largest[0])
                maximum[0] = largest[0]
                k.barrier()
                for i in shares:
                    scores[row, lane + i * _ACROSS] = score[i]
                k.barrier()
                denominator[0] = denominator[0] * factor[0]
                for i in range(per_thread):
                    total[i] = total[i] * factor[0]
                with k.loop(T.min(most - first, _KEYS)) as j:
                    weight, place = k.name(scores[row, j]), k.name(a.place(0, first + j))
                    denominator[0] = denominator[0] + weight
                    for i in range(per_thread):
                        total[i] = total[i] + weight * a.value(place, first + j, kv_head, lane + i * _ACROSS)
                k.barrier()
            denominator[0] = T.max(denominator[0], f32(1e-30))  # an empty range gives zeros, not NaN
            with k.when(bx * _QUERIES + row < a.rows):
                for i in range(per_thread):
                    a.out[bx * _QUERIES + row, h, lane + i * _ACROSS] = total[i] / denominator[0]
                with k.when(lane == 0):
                    a.lse[bx * _QUERIES + row, h] = maximum[0] + T.log2(denominator[0])
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
