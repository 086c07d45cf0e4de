"""In-place changes of the logits which WebLLM calls before it samples; barrier-free, shared by all profiles.

Names and argument order are WebLLM's. `logits` is f32 [rows, vocab].
"""

from tvm import tirx

from .builder import ceil_div, f32, kernel

_THREADS = 64
_LOWEST = tirx.min_value("float32")


def logit_kernels() -> list[tirx.PrimFunc]:
    """Bias, penalty and bitmask kernels, each with its `global_symbol`."""
    return [_bias_kernel(), _penalty_kernel(), _bitmask_kernel()]


def _bias_kernel() -> tirx.PrimFunc:
    """logits[row, token] += bias, for row, token i32 [n] and bias f32 [n]."""
    with kernel("apply_logit_bias_inplace") as k:
        rows, vocab, count = k.size("rows"), k.size("vocab"), k.size("count")
        logits = k.argument((rows, vocab), "float32", called="logits")
        row, token = (k.argument((count,), "int32", called=called) for called in ("row", "token"))
        bias = k.argument((count,), "float32", called="bias")
        with k.threads(_THREADS, ceil_div(count, _THREADS)) as (bx, tx), k.when(bx * _THREADS + tx < count):
            i = k.name(bx * _THREADS + tx, "i")
            logits[row[i], token[i]] = logits[row[i], token[i]] + bias[i]
    return k.function


def _penalty_kernel() -> tirx.PrimFunc:
    """Presence, frequency and repetition penalties, f32 [sequences, 3], of tokens seen so often.

    The i-th of n tokens has the row sequence[position[i]] of logits and the penalties at position[i].
    """
    with kernel("apply_penalty_inplace") as k:
        rows, vocab, count, sequences = (k.size(called) for called in ("rows", "vocab", "count", "sequences"))
        logits = k.argument((rows, vocab), "float32", called="logits")
        sequence = k.argument((sequences,), "int32", called="sequence")
        position, token, seen = (k.argument((count,), "int32", called=c) for c in ("position", "token", "seen"))
        penalty = k.argument((sequences, 3), "float32", called="penalty")
        with k.threads(_THREADS, ceil_div(count, _THREADS)) as (bx, tx):
            value = k.registers(1, called="value")
            with k.when(bx * _THREADS + tx < count):
                i = k.name(bx * _THREADS + tx, "i")
                p = k.name(position[i], "p")
                value[0] = logits[sequence[p], token[i]] - penalty[p, 0] - f32(seen[i]) * penalty[p, 1]
                with k.either(value[0] < f32(0)) as (below, above):
                    with below:
                        logits[sequence[p], token[i]] = value[0] * penalty[p, 2]
                    with above:
                        logits[sequence[p], token[i]] = value[0] / penalty[p, 2]
    return k.function


def _bitmask_kernel() -> tirx.PrimFunc:
    """The lowest f32 for each token whose bit in mask, i32 [rows, ceil(vocab / 32)], is 0, in the rows of sequence."""
    with kernel("apply_bitmask_inplace") as k:
        rows, vocab, sequences = k.size("rows"), k.size("vocab"), k.size("sequences")
        logits = k.argument((rows, vocab), "float32", called="logits")
        sequence = k.argument((sequences,), "int32", called="sequence")
        mask = k.argument((rows, ceil_div(vocab, 32)), "int32", called="mask")
        with k.threads(_THREADS, ceil_div(sequences * vocab, _THREADS)) as (bx, tx):
            allowed = k.registers(1, "int32", called="allowed")
            with k.when(bx * _THREADS + tx < sequences * vocab):
                row = k.name(sequence[(bx * _THREADS + tx) // vocab], "row")
                column = k.name((bx * _THREADS + tx) % vocab, "column")
                allowed[0] = tirx.bitwise_and(tirx.shift_right(mask[row, column // 32], column % 32), 1)
                with k.when(allowed[0] == 0):
                    logits[row, column] = _LOWEST
    return k.function
