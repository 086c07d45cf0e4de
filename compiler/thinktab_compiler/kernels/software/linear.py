"""Matrix multiplication with quantised weights, without shared memory or barriers.

A thread owns a small tile of outputs, so that every loaded activation and every unpacked weight serves several
products. RMS norm, bias, residual and SiLU gate are part of the kernel. On a software adapter a dispatch costs more
than the arithmetic of a small layer.
"""

from dataclasses import dataclass
from typing import Any

from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ..builder import ceil_div, f32, kernel
from ..dequantise import code
from ..linear import LinearArguments, LinearSpec


@dataclass(frozen=True)
class _Tile:
    """Outputs of one thread (rows x columns) and threads of one workgroup."""

    rows: int
    columns: int
    threads: int


_ONE_ROW = _Tile(rows=1, columns=4, threads=16)
_ROWS = _Tile(rows=8, columns=4, threads=8)


def one_row_kernel(spec: LinearSpec) -> tirx.PrimFunc:
    """The kernel for x [1, 1, width]."""
    return _tiled_kernel(spec, 1, _ONE_ROW)


def rows_kernel(spec: LinearSpec) -> tirx.PrimFunc:
    """The kernel for x [1, n, width] for n known at run time."""
    return _tiled_kernel(spec, None, _ROWS)


def _tiled_kernel(spec: LinearSpec, sequence: int | None, tile: _Tile) -> tirx.PrimFunc:
    """The kernel for x [1, sequence, width]; sequence None means known only at run time. Sums are f32."""
    codec, rows, columns, threads = spec.codec, tile.rows, tile.columns, tile.threads
    per_thread = 2 * columns if spec.after == "gate" else columns  # weight rows of one thread
    products = [(r, p) for r in range(rows) for p in range(per_thread)]
    with kernel() as k:
        length: Any = k.size() if sequence is None else sequence
        a = LinearArguments.declare(k, spec, length)
        with k.threads(threads, ceil_div(spec.columns, threads * columns), ceil_div(length, rows)) as (bx, by, tx):
            # rows past the end are clamped instead of guarded: they compute the last row's result again
            row = [k.name(T.min(by * rows + r, length - 1)) if sequence is None else 0 for r in range(rows)]
            column = [k.name((bx * threads + tx) * columns + c) for c in range(columns)]
            clamped = [k.name(T.min(c, spec.columns - 1)) for c in column]
            weight_row = [clamped[p % columns] + p // columns * spec.columns for p in range(per_thread)]
            total, partial = k.registers(rows * per_thread), k.registers(rows * per_thread)
            word = k.registers(per_thread, "uint32")
            factor, value = k.registers(1), k.registers(rows)
            value_sum, squares = k.registers(rows), k.registers(rows)
            for r, p in products:
                total[r * per_thread + p] = f32(0)
            for r in range(rows):
                squares[r] = f32(0)
            with k.loop(spec.words) as w:
                for p in range(per_thread):
                    word[p] = a.stored["q_weight"][weight_row[p], w]
                for r, p in products:
                    partial[r * per_thread + p] = f32(0)
                for r in range(rows):
                    value_sum[r] = f32(0)
                # a large tile unrolled eight times more takes SwiftShader seconds to compile
                with k.unrolled(codec.per_word) if rows == 1 else k.loop(codec.per_word) as j:
                    for r in range(rows):
                        value[r] = a.x[0, row[r], w * codec.per_word + j]
                        if a.norm is not None:
                            squares[r] = squares[r] + value[r] * value[r]
                            value[r] = value[r] * a.norm_weight(w * codec.per_word + j)
                        value_sum[r] = value_sum[r] + value[r]
                    for p in range(per_thread):
                        factor[0] = code(codec, word[p], j)
                        for r in range(rows):
                            partial[r * per_thread + p] = partial[r * per_thread + p] + value[r] * factor[0]
                # sum((code * scale + offset) * x) = sum(code * x) * scale + sum(x) * offset
                for p in range(per_thread):
                    scale, offset = (k.name(e) for e in a.affine(weight_row[p], w))
                    for r in range(rows):
                        i = r * per_thread + p
                        total[i] = total[i] + (partial[i] * scale + value_sum[r] * offset)
            if spec.norm_eps is not None:
                for r in range(rows):
                    squares[r] = T.rsqrt(squares[r] / f32(spec.width) + f32(spec.norm_eps))
                for r, p in products:
                    total[r * per_thread + p] = total[r * per_thread + p] * squares[r]
            for r in range(rows):
                for c in range(columns):
                    inside = tirx.all(by * rows + r < length, column[c] < spec.columns)
                    with k.when(inside):
                        up = total[r * per_thread + columns + c] if spec.after == "gate" else None
                        a.store(by * rows + r, column[c], total[r * per_thread + c], up)
    return k.function
