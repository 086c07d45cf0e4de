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
_THREADS = 256
_PER_LOAD = _SIDE * _DEPTH // _THREADS  # consecutive elements which a thread brings in, all of one row and one group
_PER_SIDE = 4  # outputs of a thread along either side of the square
_STRIDE = _SIDE // _PER_SIDE


def rows_kernel(spec: LinearSpec) -> tirx.PrimFunc:
    """x [1, n, width] for n known at run time: W is dequantised once for every 64 rows of x.

    The columns of the square belong to consecutive rows of W. With a gate, the left half belongs to rows of gate and
    the right half to the rows of up for the same outputs.
    """
    codec, gate, normed = spec.codec, spec.after == "gate", spec.norm_eps is not None
    columns = _SIDE // 2 if gate else _SIDE
    outputs = [(i, c) for i in range(_PER_SIDE) for c in range(_PER_SIDE)]
    with kernel() as k:
        length = k.size()
        a = LinearArguments.declare(k, spec, length)
        with k.threads(_THREADS, ceil_div(spec.columns, columns), ceil_div(length, _SIDE)) as (bx, by, thread):
            x_slice, w_slice = k.shared_table(_DEPTH, _SIDE), k.shared_table(_DEPTH, _SIDE)
            total, left, right = k.registers(_PER_SIDE**2), k.registers(_PER_SIDE), k.registers(_PER_SIDE)
            squares, word = k.registers(2), k.registers(1, "uint32")  # the sum of squares, one element
            tx, ty = k.name(thread % _STRIDE), k.name(thread // _STRIDE)
            # the elements that this thread loads into workgroup memory: _PER_LOAD of one row of x and of one row of W
            line = k.name(thread // (_DEPTH // _PER_LOAD))
            start = k.name(thread % (_DEPTH // _PER_LOAD) * _PER_LOAD)
            x_row = k.name(T.min(by * _SIDE + line, length - 1))
            w_row = k.name(_weight_row(spec, bx * columns, line, columns))
            for i in range(_PER_SIDE**2):
                total[i] = f32(0)
            squares[0] = f32(0)
            with k.loop(spec.width // _DEPTH) as step:
                first = k.name(step * _DEPTH + start)
                word[0] = a.stored["q_weight"][w_row, first // codec.per_word]
                scale, offset = (k.name(e) for e in a.affine(w_row, first // codec.per_word))
                for j in range(_PER_LOAD):
                    squares[1] = a.x[0, x_row, first + j]
                    if normed:
                        squares[0] = squares[0] + squares[1] * squares[1]
                        squares[1] = squares[1] * a.norm_weight(first + j)
                    x_slice[start + j, line] = squares[1]
                    found = code(codec, word[0], (start + j) % codec.per_word)
                    w_slice[start + j, line] = found * scale + offset
                k.barrier()
                with k.loop(_DEPTH) as depth:
                    for i in range(_PER_SIDE):
                        left[i] = x_slice[depth, ty + _STRIDE * i]
                        right[i] = w_slice[depth, tx + _STRIDE * i]
                    for i, c in outputs:
                        total[i * _PER_SIDE + c] = total[i * _PER_SIDE + c] + left[i] * right[c]
                k.barrier()
            if normed:
                loads = _DEPTH // _PER_LOAD  # threads which share a row
                x_slice[thread % loads, line] = squares[0]
                k.barrier()
                for i in range(_PER_SIDE):
                    left[i] = f32(0)
                    for part in range(loads):
                        left[i] = left[i] + x_slice[part, ty + _STRIDE * i]
                    left[i] = T.rsqrt(left[i] / f32(spec.width) + f32(spec.norm_eps))
                for i, c in outputs:
                    total[i * _PER_SIDE + c] = total[i * _PER_SIDE + c] * left[i]
            for i, c in outputs:
                if gate and c >= _PER_SIDE // 2:
                    continue
                row, column = k.name(by * _SIDE + ty + _STRIDE * i), k.name(bx * columns + tx + _STRIDE * c)
                with k.when(tirx.all(row < length, column < spec.columns)):
                    up = total[i * _PER_SIDE + c + _PER_SIDE // 2] if gate else None
                    a.store(row, column, total[i * _PER_SIDE + c], up)
    return k.function


def _weight_row(spec: LinearSpec, first: Any, line: Any, columns: int) -> Any:
    """The row of W behind a line of the square; lines past the last column repeat it."""
    column = T.min(first + line % columns, spec.columns - 1)
    return column + line // columns * spec.columns if spec.after == "gate" else column
