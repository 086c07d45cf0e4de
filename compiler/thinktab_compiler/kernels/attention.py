"""Common parts of every profile's attention kernels: shapes, and arguments that TVM's KV cache passes.

Queries, outputs and the chunk's own keys and values are f32; the pages of the cache have a type of their own. The cache
rotates keys before it stores them, so the rotary arguments are declared and not read. The log-sum-exp values that the
runtime merges are in base 2. Prefill takes one sequence at a time; there is no sliding window.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tvm.script.ir_builder import tirx as T

from ..config import KV_PAGE, ModelConfig
from .builder import Array, Expression, Kernel, f32

LOG2_E = math.log2(math.e)
NO_SCORE = -5e4  # finite, so that the difference of two of them is 0 and not NaN


@dataclass(frozen=True)
class AttentionShape:
    """Heads and their dimensions; `pages` is the element type of the KV cache."""

    heads: int
    kv_heads: int
    head_dim: int
    pages: str

    @staticmethod
    def of(config: ModelConfig, pages: str) -> "AttentionShape":
        """The shape of a model's attention."""
        return AttentionShape(config.num_attention_heads, config.num_key_value_heads, config.head_dim, pages)

    @property
    def group(self) -> int:
        """Query heads which share a key head."""
        return self.heads // self.kv_heads


@dataclass(frozen=True)
class AttentionArguments:
    """The inputs of a kernel.

    A query row attends to the positions [0, count(sequence, row)) of its sequence; `count` never shrinks from row to
    row. `key` and `value` read (place, position, kv head, dimension) as f32. `place(sequence, position)` gives the
    place of a position's keys, so that a kernel looks that up once for all dimensions. `pages` is the number of pages
    that all sequences have together, known when the kernel is launched; None if the positions lie in no pages.
    """

    rows: Expression
    query: Array
    out: Array
    lse: Array
    scale: Any
    place: Callable[[Any, Any], Any]
    count: Callable[[Any, Any], Any]
    key: Callable[..., Any]
    value: Callable[..., Any]
    pages: Expression | None = None

    @staticmethod
    def decode(k: Kernel, shape: AttentionShape) -> "AttentionArguments":
        """One new row for each sequence against the pages of the cache."""
        batch = k.size()
        query = k.argument((batch, shape.heads, shape.head_dim), "float32")
        pages = _pages(k, shape)
        indptr, ids, last, _, _ = _page_table(k, batch, batch)
        out, lse = _outputs(k, batch, shape)
        scale = _settings(k, 1)
        return AttentionArguments(
            batch, query, out, lse, scale,
            place=lambda b, j: ids[indptr[b] + j // KV_PAGE],
            count=lambda b, _: _held(indptr, last, b),
            key=_page_reader(pages, 0),
            value=_page_reader(pages, 1),
            pages=ids.buffer.shape[0],
        )  # fmt: skip

    @staticmethod
    def prefill_paged(k: Kernel, shape: AttentionShape) -> "AttentionArguments":
        """A chunk of rows against the pages which were in the cache before it."""
        batch, rows = k.size(), k.size()
        query = k.argument((rows, shape.heads, shape.head_dim), "float32")
        rows_indptr = k.argument((batch + 1,), "int32", offset=True)
        pages = _pages(k, shape)
        indptr, ids, last, _, _ = _page_table(k, batch, rows)
        out, lse = _outputs(k, rows, shape)
        scale, causal = _settings(k, 2)

        def count(b: Any, row: Any) -> Any:
            held = _held(indptr, last, b)
            seen = held - (rows_indptr[b + 1] - rows_indptr[b]) + row + 1
            return T.if_then_else(causal > 0, seen, held)

        def place(b: Any, j: Any) -> Any:
            return ids[indptr[b] + j // KV_PAGE]

        key, value = _page_reader(pages, 0), _page_reader(pages, 1)
        return AttentionArguments(rows, query, out, lse, scale, place, count, key, value)

    @staticmethod
    def prefill_ragged(k: Kernel, shape: AttentionShape) -> "AttentionArguments":
        """A chunk of rows against its own keys and values, which lie outside the cache."""
        batch, rows, kv_rows = k.size(), k.size(), k.size()
        query = k.argument((rows, shape.heads, shape.head_dim), "float32")
        rows_indptr = k.argument((batch + 1,), "int32", offset=True)
        keys = k.argument((kv_rows, shape.kv_heads, shape.head_dim), "float32")
        values = k.argument((kv_rows, shape.kv_heads, shape.head_dim), "float32")
        kv_indptr = k.argument((batch + 1,), "int32", offset=True)
        k.argument((rows,), "int32", offset=True)  # query's rotary positions
        k.argument((batch,), "int32", offset=True)  # keys' rotary offsets
        out, lse = _outputs(k, rows, shape)
        scale, causal = _settings(k, 2)

        def count(b: Any, row: Any) -> Any:
            held = kv_indptr[b + 1] - kv_indptr[b]
            seen = held - (rows_indptr[b + 1] - rows_indptr[b]) + row + 1
            return T.if_then_else(causal > 0, seen, held)

        def reader(memory: Array) -> Callable[..., Any]:
            return lambda place, _, head, x: memory[place, head, x]

        def place(b: Any, j: Any) -> Any:
            return kv_indptr[b] + j

        return AttentionArguments(rows, query, out, lse, scale, place, count, reader(keys), reader(values))


Declare = Callable[[Kernel, AttentionShape], AttentionArguments]


def _pages(k: Kernel, shape: AttentionShape) -> Array:
    return k.argument((k.size(), 2, shape.kv_heads, KV_PAGE, shape.head_dim), shape.pages, offset=True)


def _page_table(k: Kernel, batch: Expression, rows: Expression) -> tuple[Array, ...]:
    """Index into each sequence's pages, list of pages, positions in the last page; rotary offsets, positions."""
    sizes = (batch + 1, k.size(), batch, batch, rows)
    return tuple(k.argument((size,), "int32", offset=True) for size in sizes)


def _page_reader(pages: Array, which: int) -> Callable[..., Any]:
    return lambda place, j, head, x: f32(pages[place, which, head, j % KV_PAGE, x])


def _held(indptr: Array, last: Array, b: Any) -> Any:
    """Positions in the pages of sequence b."""
    pages = indptr[b + 1] - indptr[b]
    return T.if_then_else(pages > 0, (pages - 1) * KV_PAGE + last[b], 0)


def _outputs(k: Kernel, rows: Expression, shape: AttentionShape) -> tuple[Array, Array]:
    out = k.argument((rows, shape.heads, shape.head_dim), "float32")
    return out, k.argument((rows, shape.heads), "float32")


def _settings(k: Kernel, integers: int) -> Any:
    """Scalar arguments: [causal], rotary mode, scale and base, the scale of the scores; returns the used ones."""
    causal, *_ = [k.scalar("int32") for _ in range(integers)]
    k.scalar("float32"), k.scalar("float32")
    scale = k.scalar("float32")
    return scale if integers == 1 else (scale, causal)
