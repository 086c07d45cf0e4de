"""Matrix multiplication with quantised weights for many rows of activations; `matvec` has that for one row."""

from typing import Any

from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ..builder import ceil_div, f32, kernel
from ..dequantise import code
from ..linear import LinearArguments, LinearSpec

# a workgroup computes a square of outputs from slices of x and W in workgroup memory
_SIDE = 64
_DEPTH = 16
# Outputs of a thread: 32 FMAs for each 12 loads from workgroup memory. With 8 x 8 there would be 64 for 16, but a
# thread on a Mali has 64 registers in all.
_ROWS, _COLUMNS = 4, 8
_DOWN, _ACROSS = _SIDE // _ROWS, _SIDE // _COLUMNS  # threads along a side, so far apart are a thread's outputs
_THREADS = _DOWN * _ACROSS
_X_LINES = _THREADS // _DEPTH  # rows of x which the threads bring in at a time, an element each
_PER_LOAD = 4  # consecutive elements of W which a thread brings in at a time, all of one word
_W_LINES = _THREADS * _PER_LOAD // _DEPTH  # rows of W which the threads bring in at a time


def rows_kernel(spec: LinearSpec) -> tirx.PrimFunc:
    """x [1, n, width] for n known at run time: W is dequantised once for every 64 rows of x.

    The norm's weight is multiplied into W. So the slices hold x as it is, and the sum of its squares comes from them.
    The columns of the square belong to consecutive rows of W. With a gate, the left half belongs to rows of gate and
    the right half to the rows of up for the same outputs.
    """
    codec, gate, normed = spec.codec, spec.after == "gate", spec.norm_eps is not None
    columns = _SIDE // 2 if gate else _SIDE
    outputs = [(i, c, i * _COLUMNS + c) for i in range(_ROWS) for c in range(_COLUMNS)]
    with kernel() as k:
        length = k.size()
        a = LinearArguments.declare(k, spec, length)
        with k.threads(_THREADS, ceil_div(spec.columns, columns), ceil_div(length, _SIDE)) as (bx, by, thread):
            x_slice, w_slice = k.shared_table(_DEPTH, _SIDE), k.shared_table(_DEPTH, _SIDE)
            total, left, right = k.registers(len(outputs)), k.registers(_ROWS), k.registers(_COLUMNS)
            squares, part, word = k.registers(_ROWS), k.registers(_ROWS), k.registers(1, "uint32")
            tx, ty = k.name(thread % _ACROSS), k.name(thread // _ACROSS)
            x_depth, x_line = k.name(thread % _DEPTH), k.name(thread // _DEPTH)
            w_depth, w_line = (k.name(e) for e in (thread * _PER_LOAD % _DEPTH, thread * _PER_LOAD // _DEPTH))
            w_lines = [k.name(w_line + line) for line in range(0, _SIDE, _W_LINES)]
            w_rows = [k.name(_weight_row(spec, bx * columns, line, columns)) for line in w_lines]
            for *_, at in outputs:
                total[at] = f32(0)
            for i in range(_ROWS):
                squares[i] = f32(0)
            with k.loop(spec.width // _DEPTH) as step:
                for line in range(0, _SIDE, _X_LINES):
                    row = T.min(by * _SIDE + x_line + line, length - 1)
                    x_slice[x_depth, x_line + line] = a.x[0, row, step * _DEPTH + x_depth]
                first = k.name(step * _DEPTH + w_depth)
                for line, row in zip(w_lines, w_rows, strict=True):
                    word[0] = a.stored["q_weight"][row, first // codec.per_word]
                    scale, offset = (k.name(e) for e in a.affine(row, first // codec.per_word))
                    for j in range(_PER_LOAD):
                        element = code(codec, word[0], (w_depth + j) % codec.per_word) * scale + offset
                        w_slice[w_depth + j, line] = element * a.norm_weight(first + j) if normed else element
                for i in range(_ROWS if normed else 0):
                    part[i] = f32(0)
                k.barrier()
                with k.loop(_DEPTH) as depth:
                    for i in range(_ROWS):
                        left[i] = x_slice[depth, ty + _DOWN * i]
                    for c in range(_COLUMNS):
                        right[c] = w_slice[depth, tx + _ACROSS * c]
                    for i, c, at in outputs:
                        total[at] = total[at] + left[i] * right[c]
                    if normed:
                        for i in range(_ROWS):
                            part[i] = part[i] + left[i] * left[i]
                for i in range(_ROWS if normed else 0):
                    squares[i] = squares[i] + part[i]  # sums of short sums round less
                k.barrier()
            if normed:
                for i in range(_ROWS):
                    squares[i] = T.rsqrt(squares[i] / f32(spec.width) + f32(spec.norm_eps))
                for i, _, at in outputs:
                    total[at] = total[at] * squares[i]
            for i, c, at in outputs:
                if gate and c >= _COLUMNS // 2:
                    continue
                row, column = k.name(by * _SIDE + ty + _DOWN * i), k.name(bx * columns + tx + _ACROSS * c)
                with k.when(tirx.all(row < length, column < spec.columns)):
                    a.store(row, column, total[at], total[at + _COLUMNS // 2] if gate else None)
    return k.function


def _weight_row(spec: LinearSpec, first: Any, line: Any, columns: int) -> Any:
    """The row of W behind a line of the square; lines past the last column repeat it."""
    column = T.min(first + line % columns, spec.columns - 1)
    return column + line // columns * spec.columns if spec.after == "gate" else column
