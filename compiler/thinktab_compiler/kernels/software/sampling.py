"""Softmax and top-p sampling of one row in one thread: no barriers, no sorting."""

from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ..builder import f32, kernel


def softmax_kernel() -> tirx.PrimFunc:
    """softmax(logits [rows, 1, vocab] / temperature [rows]) -> probabilities of the same shape."""
    with kernel() as k:
        rows, vocab = k.size("rows"), k.size("vocab")
        logits = k.argument((rows, 1, vocab), "float32", called="logits")
        temperature = k.argument((rows,), "float32", called="temperature")
        out = k.argument((rows, 1, vocab), "float32", called="out")
        with k.threads(1, rows) as (row, _):
            state = k.registers(3, called="state")  # maximum, sum, exponential
            state[0] = logits[row, 0, 0]
            state[1] = f32(0)
            with k.loop(vocab, "j") as j:
                state[0] = T.max(state[0], logits[row, 0, j])
            with k.loop(vocab, "j") as j:
                state[2] = T.exp((logits[row, 0, j] - state[0]) / temperature[row])
                state[1] = state[1] + state[2]
                out[row, 0, j] = state[2]
            with k.loop(vocab, "j") as j:
                out[row, 0, j] = out[row, 0, j] / state[1]
    return k.function


def top_p_kernel() -> tirx.PrimFunc:
    """Exact top-p (nucleus) sampling without a sort.

    Bisects the bits of the largest threshold t whose nucleus {p >= t} still holds top_p of the mass, then draws from
    that nucleus in index order. The bisection works because bit patterns of floats >= 0 are ordered like the floats.
    Arguments: probabilities [rows, vocab], uniform [n], row of each sample [n], top_p [rows]; result token ids i32 [n].
    """
    with kernel() as k:
        rows, vocab, samples = k.size("rows"), k.size("vocab"), k.size("samples")
        probs = k.argument((rows, vocab), "float32", called="probs")
        uniform = k.argument((samples,), "float32", called="uniform")
        row_of = k.argument((samples,), "int32", called="row_of")
        top_p = k.argument((rows,), "float32", called="top_p")
        out = k.argument((samples,), "int32", called="out")
        with k.threads(1, samples) as (i, _):
            mass = k.registers(3, called="mass")  # all, nucleus, so far
            bits = k.registers(2, "uint32", called="bits")  # threshold, candidate
            pick = k.registers(1, "int32", called="pick")
            one = tirx.const(1, "uint32")
            mass[0] = f32(0)
            with k.loop(vocab, "j") as j:
                mass[0] = mass[0] + probs[row_of[i], j]
            bits[0] = tirx.const(0, "uint32")
            mass[1] = mass[0]
            with k.loop(30, "step") as step:  # bit 30 of a float is set from 2.0 on, above any probability
                bits[1] = tirx.bitwise_or(bits[0], tirx.shift_left(one, tirx.Cast("uint32", 29 - step)))
                mass[2] = f32(0)
                with k.loop(vocab, "j") as j, k.when(tirx.reinterpret("uint32", probs[row_of[i], j]) >= bits[1]):
                    mass[2] = mass[2] + probs[row_of[i], j]
                with k.when(mass[2] >= top_p[row_of[i]] * mass[0]):
                    bits[0] = bits[1]
                    mass[1] = mass[2]
            # walk the nucleus until the drawn mass is passed; the last member stands for rounding at the end
            mass[1] = mass[1] * T.min(uniform[i], f32(0.9999999))
            mass[2] = f32(0)
            pick[0] = -1
            with k.loop(vocab, "j") as j:
                inside = tirx.reinterpret("uint32", probs[row_of[i], j]) >= T.max(bits[0], one)
                with k.when(inside):
                    with k.when(mass[2] <= mass[1]):
                        pick[0] = j
                    mass[2] = mass[2] + probs[row_of[i], j]
            out[i] = pick[0]
    return k.function
