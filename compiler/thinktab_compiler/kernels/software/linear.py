"""Matrix multiplication with quantised weights, without shared memory or barriers.

A thread owns a small tile of outputs, so that every loaded activation and every unpacked weight serves several
products. RMS norm, bias, residual and SiLU gate are part of the kernel: on a software adapter a dispatch costs more
than the arithmetic of a small layer.
"""

from dataclasses import dataclass
from typing import Any, Literal

from tvm import tirx
from tvm.script import tirx as T

from ...layouts import Q4Layout


@dataclass(frozen=True)
class Tile:
    """Outputs of one thread (rows x columns) and threads of one workgroup."""

    rows: int
    columns: int
    threads: int


@dataclass(frozen=True)
class LinearSpec:
    """y = after(norm(x) @ W^T) with W [out_rows, width].

    `norm_eps` turns the RMS norm of x on. `after` adds a bias [out_rows] or a residual [1, sequence, out_rows]; with
    "gate" W holds the rows of gate, then those of up, and y = silu(gate) * up has half the rows. Without a norm, a bias
    or a residual is required: a bare product is a kernel which no model here uses.
    """

    width: int
    out_rows: int
    norm_eps: float | None
    after: Literal["nothing", "bias", "residual", "gate"]

    @property
    def out_columns(self) -> int:
        """Columns of y."""
        return self.out_rows // 2 if self.after == "gate" else self.out_rows

    @property
    def extra(self) -> bool:
        """Whether the kernel takes a bias or a residual."""
        return self.after in ("bias", "residual")


def linear_kernel(layout: Q4Layout, spec: LinearSpec, sequence: int | None, tile: Tile) -> tirx.PrimFunc:
    """The PrimFunc for x [1, sequence, width]; sequence None means known only at run time.

    Arguments: x, [norm weight], codes, scales, [bias or residual], y; the bracketed ones as `spec` asks. Activations
    are `layout.dtype`, sums are f32.
    """
    width, words = spec.width, spec.width // layout.per_word
    rows, columns, threads = tile.rows, tile.columns, tile.threads
    per_thread = 2 * columns if spec.after == "gate" else columns  # weight rows of one thread
    out_columns, dtype = spec.out_columns, layout.dtype
    words_per_group = layout.group // layout.per_word
    length: Any = tirx.Var("sequence", "int32") if sequence is None else sequence
    # a large tile unrolled eight times more takes SwiftShader seconds to compile
    over_word = T.unroll if rows == 1 else T.serial
    normed, eps = spec.norm_eps is not None, spec.norm_eps or 0.0

    def row_at(block: Any, row: int) -> Any:
        # rows past the end are clamped instead of guarded: they compute again what the last row computes
        return tirx.min(block * rows + row, length - 1) if sequence is None else 0

    def column_at(block: Any, thread: Any, column: Any) -> Any:
        return (block * threads + thread) * columns + column

    def weight_row(block: Any, thread: Any, index: Any) -> Any:
        column = tirx.min(column_at(block, thread, index % columns), out_columns - 1)
        return column + index // columns * out_columns

    @T.macro
    def body(x, norm, codes, scales, extra, y):
        for by in T.thread_binding((length + rows - 1) // rows, thread="blockIdx.y"):
            for bx in T.thread_binding(
                (out_columns + threads * columns - 1) // (threads * columns), thread="blockIdx.x"
            ):
                for tx in T.thread_binding(threads, thread="threadIdx.x"):
                    with T.sblock("linear"):
                        T.reads()
                        T.writes()
                        total = T.sblock_alloc_buffer((rows * per_thread,), "float32", scope="local")
                        partial = T.sblock_alloc_buffer((rows * per_thread,), "float32", scope="local")
                        word = T.sblock_alloc_buffer((per_thread,), "uint32", scope="local")
                        code = T.sblock_alloc_buffer((1,), "float32", scope="local")
                        value = T.sblock_alloc_buffer((rows,), "float32", scope="local")
                        value_sum = T.sblock_alloc_buffer((rows,), "float32", scope="local")
                        squares = T.sblock_alloc_buffer((rows,), "float32", scope="local")
                        for i in T.unroll(rows * per_thread):
                            total[i] = T.float32(0)
                        for r in T.unroll(rows):
                            squares[r] = T.float32(0)
                        for w in T.serial(words):
                            for p in T.unroll(per_thread):
                                word[p] = codes[weight_row(bx, tx, p), w]
                            for i in T.unroll(rows * per_thread):
                                partial[i] = T.float32(0)
                            for r in T.unroll(rows):
                                value_sum[r] = T.float32(0)
                            for j in over_word(layout.per_word):
                                for r in T.unroll(rows):
                                    value[r] = T.Cast("float32", x[0, row_at(by, r), w * layout.per_word + j])
                                    if normed:
                                        squares[r] = squares[r] + value[r] * value[r]
                                        value[r] = value[r] * T.Cast("float32", norm[w * layout.per_word + j])
                                    value_sum[r] = value_sum[r] + value[r]
                                for p in T.unroll(per_thread):
                                    code[0] = layout.code(word[p], j)
                                    for r in T.unroll(rows):
                                        partial[r * per_thread + p] = partial[r * per_thread + p] + value[r] * code[0]
                            # sum((code - zero) * x) * scale, with the zero point taken out of the inner loop
                            for p in T.unroll(per_thread):
                                for r in T.unroll(rows):
                                    total[r * per_thread + p] = total[r * per_thread + p] + (
                                        partial[r * per_thread + p] - T.float32(layout.zero) * value_sum[r]
                                    ) * T.Cast("float32", scales[weight_row(bx, tx, p), w // words_per_group])
                        if normed:
                            for r in T.unroll(rows):
                                squares[r] = T.rsqrt(squares[r] / T.float32(width) + T.float32(eps))
                                for p in T.unroll(per_thread):
                                    total[r * per_thread + p] = total[r * per_thread + p] * squares[r]
                        for r in T.unroll(rows):
                            for c in T.unroll(columns):
                                if by * rows + r < length and column_at(bx, tx, c) < out_columns:
                                    code[0] = total[r * per_thread + c]
                                    if spec.after == "gate":
                                        code[0] = (
                                            code[0]
                                            / (T.float32(1) + T.exp(-code[0]))
                                            * total[r * per_thread + columns + c]
                                        )
                                    if spec.after == "bias":
                                        code[0] = code[0] + T.Cast("float32", extra[column_at(bx, tx, c)])
                                    if spec.after == "residual":
                                        code[0] = code[0] + T.Cast(
                                            "float32", extra[0, by * rows + r, column_at(bx, tx, c)]
                                        )
                                    y[0, by * rows + r, column_at(bx, tx, c)] = T.Cast(dtype, code[0])

    stored = layout.tensors(spec.out_rows, width)
    (codes_shape, codes_dtype), (scales_shape, scales_dtype) = stored["q_weight"], stored["q_scale"]

    extra_shape = (out_columns,) if spec.after == "bias" else (1, length, out_columns)
    attributes = {"tirx.is_scheduled": True, "tirx.noalias": True}

    # the branches differ in the argument list only
    if normed and spec.extra:

        @T.prim_func(s_tir=True, private=True)
        def kernel(xh: T.handle, nh: T.handle, ch: T.handle, sh: T.handle, eh: T.handle, yh: T.handle):
            T.func_attr(attributes)
            x = T.match_buffer(xh, (1, length, width), dtype)
            norm = T.match_buffer(nh, (width,), dtype)
            codes = T.match_buffer(ch, codes_shape, codes_dtype)
            scales = T.match_buffer(sh, scales_shape, scales_dtype)
            extra = T.match_buffer(eh, extra_shape, dtype)
            y = T.match_buffer(yh, (1, length, out_columns), dtype)
            body(x, norm, codes, scales, extra, y)

    elif normed:

        @T.prim_func(s_tir=True, private=True)
        def kernel(xh: T.handle, nh: T.handle, ch: T.handle, sh: T.handle, yh: T.handle):
            T.func_attr(attributes)
            x = T.match_buffer(xh, (1, length, width), dtype)
            norm = T.match_buffer(nh, (width,), dtype)
            codes = T.match_buffer(ch, codes_shape, codes_dtype)
            scales = T.match_buffer(sh, scales_shape, scales_dtype)
            y = T.match_buffer(yh, (1, length, out_columns), dtype)
            body(x, norm, codes, scales, None, y)

    else:

        @T.prim_func(s_tir=True, private=True)
        def kernel(xh: T.handle, ch: T.handle, sh: T.handle, eh: T.handle, yh: T.handle):
            T.func_attr(attributes)
            x = T.match_buffer(xh, (1, length, width), dtype)
            codes = T.match_buffer(ch, codes_shape, codes_dtype)
            scales = T.match_buffer(sh, scales_shape, scales_dtype)
            extra = T.match_buffer(eh, extra_shape, dtype)
            y = T.match_buffer(yh, (1, length, out_columns), dtype)
            body(x, None, codes, scales, extra, y)

    return kernel
