"""Attention kernels without shared memory or barriers: one thread computes one (query row, head).

Each thread runs the online softmax (Milakov and Gimelshein, 2018) over its keys.
"""

from typing import Any

from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ..attention import LOG2_E, NO_SCORE, AttentionArguments, AttentionShape, Declare
from ..builder import Kernel, ceil_div, f32, kernel

_THREADS = 32


def decode_kernel(shape: AttentionShape) -> tirx.PrimFunc:
    """One new row per sequence against the pages of the cache: a thread per head."""
    with kernel("batch_decode_paged_kv") as k:
        a = AttentionArguments.decode(k, shape)
        with k.threads(shape.heads, a.rows) as (b, h):
            _attend(k, shape, a, b, b, h)
    return k.function


def prefill_kernel(shape: AttentionShape, symbol: str, declare: Declare) -> tirx.PrimFunc:
    """A chunk of rows, against the positions that `declare` makes readable."""
    with kernel(symbol) as k:
        a = declare(k, shape)
        with k.threads(_THREADS, ceil_div(a.rows * shape.heads, _THREADS)) as (bx, tx):
            index = k.name(bx * _THREADS + tx)
            with k.when(index < a.rows * shape.heads):
                _attend(k, shape, a, 0, k.name(index // shape.heads), k.name(index % shape.heads))
    return k.function


def _attend(k: Kernel, shape: AttentionShape, a: AttentionArguments, sequence: Any, i: Any, h: Any) -> None:
    """Query row i, head h."""
    dimensions = range(shape.head_dim)
    # every index into these is a constant, so that they live in registers
    scaled, total = k.registers(shape.head_dim), k.registers(shape.head_dim)
    maximum, denominator, score, factor = (k.registers(1) for _ in range(4))
    count, kv_head = k.name(a.count(sequence, i)), k.name(h // shape.group)
    maximum[0] = f32(NO_SCORE)
    denominator[0] = f32(0)
    for x in dimensions:
        scaled[x] = a.query[i, h, x] * a.scale * f32(LOG2_E)
        total[x] = f32(0)
    with k.loop(count) as j:
        place = k.name(a.place(sequence, j))
        score[0] = f32(0)
        for x in dimensions:
            score[0] = score[0] + scaled[x] * a.key(place, j, kv_head, x)
        largest = k.name(T.max(maximum[0], score[0]))
        factor[0] = T.exp2(maximum[0] - largest)
        score[0] = T.exp2(score[0] - largest)
        denominator[0] = denominator[0] * factor[0] + score[0]
        maximum[0] = largest
        for x in dimensions:
            total[x] = total[x] * factor[0] + score[0] * a.value(place, j, kv_head, x)
    denominator[0] = T.max(denominator[0], f32(1e-30))  # an empty range gives zeros, not NaN
    for x in dimensions:
        a.out[i, h, x] = total[x] / denominator[0]
    a.lse[i, h] = maximum[0] + T.log2(denominator[0])


def merge_state_kernel() -> tirx.PrimFunc:
    """(v, s) <- merge of two partial attentions (v, s) and (other_v, other_s).

    In TVM's own kernel every thread of a row reads s and then writes it. That is a data race: any prefill on a
    non-empty cache gives wrong results. Here one thread owns a whole (row, head), so no value is read after it was
    rewritten.
    """
    with kernel("tir_attention_merge_state") as k:
        rows, heads, head_dim = k.size(), k.size(), k.size()
        v, s = k.argument((rows, heads, head_dim), "float32"), k.argument((rows, heads), "float32")
        other_v, other_s = k.argument((rows, heads, head_dim), "float32"), k.argument((rows, heads), "float32")
        with k.threads(_THREADS, ceil_div(rows * heads, _THREADS)) as (bx, tx):
            index = k.name(bx * _THREADS + tx)
            with k.when(index < rows * heads):
                i, h, weights = k.name(index // heads), k.name(index % heads), k.registers(2)
                largest = k.name(T.max(s[i, h], other_s[i, h]))
                weights[0] = T.exp2(s[i, h] - largest)
                weights[1] = T.exp2(other_s[i, h] - largest)
                with k.loop(head_dim) as x:
                    v[i, h, x] = (v[i, h, x] * weights[0] + other_v[i, h, x] * weights[1]) / (weights[0] + weights[1])
                s[i, h] = T.log2(weights[0] + weights[1]) + largest
    return k.function
