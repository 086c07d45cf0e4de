"""Attention kernels without shared memory or barriers: one thread computes one (query row, head).

Each thread runs the online softmax (Milakov and Gimelshein, 2018) over its keys. The log-sum-exp values which the
runtime merges are in base 2. Signatures are those of TVM's paged KV cache; it rotates keys before it stores them, so
the rotary arguments are read for their shapes only. One sequence, no sliding window.
"""

import math
from collections.abc import Callable
from typing import Any

from tvm import tirx
from tvm.script import tirx as T

from ...config import KV_PAGE

_THREADS = 32
_LOG2_E = math.log2(math.e)
_NO_SCORE = -5e4  # finite, so that the difference of two of them is 0 and not NaN


def _attend_macro(heads: int, group: int, head_dim: int, dtype: str, row_at: Callable[..., Any]) -> Any:
    """Macro: attention of query row i, head h over the positions [0, count) which `row_at` finds in `memory`."""

    @T.macro
    def attend(query, key_memory, value_memory, locate, first, i, h, count, scale, out, lse):
        # every index into these is a constant once unrolled, so that they live in registers
        scaled = T.sblock_alloc_buffer((head_dim,), "float32", scope="local")
        total = T.sblock_alloc_buffer((head_dim,), "float32", scope="local")
        state = T.sblock_alloc_buffer(
            (5,), "float32", scope="local"
        )  # maximum, denominator, score, new maximum, factor
        state[0] = T.float32(_NO_SCORE)
        state[1] = T.float32(0)
        for x in T.unroll(head_dim):
            scaled[x] = T.Cast("float32", query[i, h, x]) * scale * T.float32(_LOG2_E)
            total[x] = T.float32(0)
        for j in T.serial(count):
            state[2] = T.float32(0)
            for x in T.unroll(head_dim):
                state[2] = state[2] + scaled[x] * T.Cast(
                    "float32", row_at(key_memory, locate, first, j, 0, h // group, x)
                )
            state[3] = T.max(state[0], state[2])
            state[4] = T.exp2(state[0] - state[3])
            state[2] = T.exp2(state[2] - state[3])
            state[1] = state[1] * state[4] + state[2]
            state[0] = state[3]
            for x in T.unroll(head_dim):
                total[x] = total[x] * state[4] + state[2] * T.Cast(
                    "float32", row_at(value_memory, locate, first, j, 1, h // group, x)
                )
        state[1] = T.max(state[1], T.float32(1e-30))  # an empty range gives zeros, not NaN
        for x in T.unroll(head_dim):
            out[i, h, x] = T.Cast(dtype, total[x] / state[1])
        lse[i, h] = state[0] + T.log2(state[1])

    return attend


def _in_pages(pages: Any, page_ids: Any, first: Any, j: Any, which: int, head: Any, x: Any) -> Any:
    return pages[page_ids[first + j // KV_PAGE], which, head, j % KV_PAGE, x]


def _in_rows(rows: Any, _: Any, first: Any, j: Any, __: int, head: Any, x: Any) -> Any:
    return rows[first + j, head, x]


def decode_kernel(heads: int, kv_heads: int, head_dim: int, dtype: str) -> tirx.PrimFunc:
    """One new row per sequence against the pages of the cache: a thread per head."""
    attend = _attend_macro(heads, heads // kv_heads, head_dim, dtype, _in_pages)

    @T.prim_func(s_tir=True)
    def batch_decode_paged_kv(
        qh: T.handle, pages_h: T.handle, indptr_h: T.handle, ids_h: T.handle, length_h: T.handle,
        k_rope_h: T.handle, q_rope_h: T.handle, out_h: T.handle, lse_h: T.handle,
        rotary_mode: T.int32, rope_scale: T.float32, rope_theta: T.float32, scale: T.float32,
    ):  # fmt: skip
        T.func_attr({"tirx.is_scheduled": True, "global_symbol": "batch_decode_paged_kv"})
        batch, used, pool = T.int32(), T.int32(), T.int32()
        at_pages = T.int64()
        at_indptr, at_ids, at_length, at_k, at_q = T.int32(), T.int32(), T.int32(), T.int32(), T.int32()
        query = T.match_buffer(qh, (batch, heads, head_dim), dtype)
        pages = T.match_buffer(pages_h, (pool, 2, kv_heads, KV_PAGE, head_dim), dtype, elem_offset=at_pages)
        indptr = T.match_buffer(indptr_h, (batch + 1,), "int32", elem_offset=at_indptr)
        ids = T.match_buffer(ids_h, (used,), "int32", elem_offset=at_ids)
        last_length = T.match_buffer(length_h, (batch,), "int32", elem_offset=at_length)
        k_rope = T.match_buffer(k_rope_h, (batch,), "int32", elem_offset=at_k)
        q_rope = T.match_buffer(q_rope_h, (batch,), "int32", elem_offset=at_q)
        out = T.match_buffer(out_h, (batch, heads, head_dim), dtype)
        lse = T.match_buffer(lse_h, (batch, heads), "float32")
        for b in T.thread_binding(batch, thread="blockIdx.x"):
            for h in T.thread_binding(heads, thread="threadIdx.x"):
                with T.sblock("attention"):
                    T.reads()
                    T.writes()
                    count: T.let[T.int32] = (indptr[b + 1] - indptr[b] - 1) * KV_PAGE + last_length[b]
                    attend(query, pages, pages, ids, indptr[b], b, h, count, scale, out, lse)

    return batch_decode_paged_kv


def prefill_paged_kernel(heads: int, kv_heads: int, head_dim: int, dtype: str) -> tirx.PrimFunc:
    """A chunk of rows against the pages which were in the cache before it."""
    attend = _attend_macro(heads, heads // kv_heads, head_dim, dtype, _in_pages)

    @T.prim_func(s_tir=True)
    def batch_prefill_paged_kv(
        qh: T.handle, q_indptr_h: T.handle, pages_h: T.handle, indptr_h: T.handle, ids_h: T.handle, length_h: T.handle,
        k_rope_h: T.handle, q_rope_h: T.handle, out_h: T.handle, lse_h: T.handle,
        causal: T.int32, rotary_mode: T.int32, rope_scale: T.float32, rope_theta: T.float32, scale: T.float32,
    ):  # fmt: skip
        T.func_attr({"tirx.is_scheduled": True, "global_symbol": "batch_prefill_paged_kv"})
        batch, rows, used, pool = T.int32(), T.int32(), T.int32(), T.int32()
        at_pages = T.int64()
        at_q_indptr, at_indptr, at_ids, at_length, at_k, at_q = (
            T.int32(),
            T.int32(),
            T.int32(),
            T.int32(),
            T.int32(),
            T.int32(),
        )
        query = T.match_buffer(qh, (rows, heads, head_dim), dtype)
        q_indptr = T.match_buffer(q_indptr_h, (batch + 1,), "int32", elem_offset=at_q_indptr)
        pages = T.match_buffer(pages_h, (pool, 2, kv_heads, KV_PAGE, head_dim), dtype, elem_offset=at_pages)
        indptr = T.match_buffer(indptr_h, (batch + 1,), "int32", elem_offset=at_indptr)
        ids = T.match_buffer(ids_h, (used,), "int32", elem_offset=at_ids)
        last_length = T.match_buffer(length_h, (batch,), "int32", elem_offset=at_length)
        k_rope = T.match_buffer(k_rope_h, (batch,), "int32", elem_offset=at_k)
        q_rope = T.match_buffer(q_rope_h, (rows,), "int32", elem_offset=at_q)
        out = T.match_buffer(out_h, (rows, heads, head_dim), dtype)
        lse = T.match_buffer(lse_h, (rows, heads), "float32")
        for bx in T.thread_binding((rows * heads + _THREADS - 1) // _THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(_THREADS, thread="threadIdx.x"):
                with T.sblock("attention"):
                    T.reads()
                    T.writes()
                    if bx * _THREADS + tx < rows * heads:
                        i: T.let[T.int32] = (bx * _THREADS + tx) // heads
                        h: T.let[T.int32] = (bx * _THREADS + tx) % heads
                        cached: T.let[T.int32] = T.if_then_else(
                            indptr[1] > indptr[0], (indptr[1] - indptr[0] - 1) * KV_PAGE + last_length[0], 0
                        )
                        count: T.let[T.int32] = T.if_then_else(
                            causal > 0, cached - (q_indptr[1] - q_indptr[0]) + i + 1, cached
                        )
                        attend(query, pages, pages, ids, indptr[0], i, h, count, scale, out, lse)

    return batch_prefill_paged_kv


def prefill_ragged_kernel(heads: int, kv_heads: int, head_dim: int, dtype: str) -> tirx.PrimFunc:
    """A chunk of rows against its own keys and values, which lie outside the cache."""
    attend = _attend_macro(heads, heads // kv_heads, head_dim, dtype, _in_rows)

    @T.prim_func(s_tir=True)
    def batch_prefill_ragged_kv(
        qh: T.handle, q_indptr_h: T.handle, kh: T.handle, vh: T.handle, kv_indptr_h: T.handle,
        q_rope_h: T.handle, k_rope_h: T.handle, out_h: T.handle, lse_h: T.handle,
        causal: T.int32, rotary_mode: T.int32, rope_scale: T.float32, rope_theta: T.float32, scale: T.float32,
    ):  # fmt: skip
        T.func_attr({"tirx.is_scheduled": True, "global_symbol": "batch_prefill_ragged_kv"})
        batch, rows, kv_rows = T.int32(), T.int32(), T.int32()
        at_q_indptr, at_kv_indptr, at_q, at_k = T.int32(), T.int32(), T.int32(), T.int32()
        query = T.match_buffer(qh, (rows, heads, head_dim), dtype)
        q_indptr = T.match_buffer(q_indptr_h, (batch + 1,), "int32", elem_offset=at_q_indptr)
        keys = T.match_buffer(kh, (kv_rows, kv_heads, head_dim), dtype)
        values = T.match_buffer(vh, (kv_rows, kv_heads, head_dim), dtype)
        kv_indptr = T.match_buffer(kv_indptr_h, (batch + 1,), "int32", elem_offset=at_kv_indptr)
        q_rope = T.match_buffer(q_rope_h, (rows,), "int32", elem_offset=at_q)
        k_rope = T.match_buffer(k_rope_h, (batch,), "int32", elem_offset=at_k)
        out = T.match_buffer(out_h, (rows, heads, head_dim), dtype)
        lse = T.match_buffer(lse_h, (rows, heads), "float32")
        for bx in T.thread_binding((rows * heads + _THREADS - 1) // _THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(_THREADS, thread="threadIdx.x"):
                with T.sblock("attention"):
                    T.reads()
                    T.writes()
                    if bx * _THREADS + tx < rows * heads:
                        i: T.let[T.int32] = (bx * _THREADS + tx) // heads
                        h: T.let[T.int32] = (bx * _THREADS + tx) % heads
                        present: T.let[T.int32] = kv_indptr[1] - kv_indptr[0]
                        count: T.let[T.int32] = T.if_then_else(
                            causal > 0, present - (q_indptr[1] - q_indptr[0]) + i + 1, present
                        )
                        attend(query, keys, values, None, kv_indptr[0], i, h, count, scale, out, lse)

    return batch_prefill_ragged_kv


def merge_state_kernel(dtype: str) -> tirx.PrimFunc:
    """(v, s) <- merge of two partial attentions (v, s) and (other_v, other_s).

    TVM's own kernel lets every thread of a row read s and then write it, a data race: any prefill on a non-empty cache
    comes out wrong. Here one thread owns a whole (row, head), so nothing is read after it was rewritten.
    """

    @T.prim_func(s_tir=True)
    def merge_state(vh: T.handle, sh: T.handle, other_vh: T.handle, other_sh: T.handle):
        T.func_attr({"tirx.is_scheduled": True, "global_symbol": "tir_attention_merge_state"})
        rows, heads, head_dim = T.int32(), T.int32(), T.int32()
        v = T.match_buffer(vh, (rows, heads, head_dim), dtype)
        s = T.match_buffer(sh, (rows, heads), "float32")
        other_v = T.match_buffer(other_vh, (rows, heads, head_dim), dtype)
        other_s = T.match_buffer(other_sh, (rows, heads), "float32")
        for bx in T.thread_binding((rows * heads + _THREADS - 1) // _THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(_THREADS, thread="threadIdx.x"):
                with T.sblock("merge"):
                    T.reads()
                    T.writes()
                    weight = T.sblock_alloc_buffer((3,), "float32", scope="local")  # maximum, own, other
                    if bx * _THREADS + tx < rows * heads:
                        i: T.let[T.int32] = (bx * _THREADS + tx) // heads
                        h: T.let[T.int32] = (bx * _THREADS + tx) % heads
                        weight[0] = T.max(s[i, h], other_s[i, h])
                        weight[1] = T.exp2(s[i, h] - weight[0])
                        weight[2] = T.exp2(other_s[i, h] - weight[0])
                        for x in T.serial(head_dim):
                            v[i, h, x] = T.Cast(
                                dtype,
                                (
                                    T.Cast("float32", v[i, h, x]) * weight[1]
                                    + T.Cast("float32", other_v[i, h, x]) * weight[2]
                                )
                                / (weight[1] + weight[2]),
                            )
                        s[i, h] = T.log2(weight[1] + weight[2]) + weight[0]

    return merge_state
