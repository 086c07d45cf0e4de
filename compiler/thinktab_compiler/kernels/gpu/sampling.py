"""Softmax and top-p sampling of one row in one workgroup."""

from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ..builder import ceil_div, f32, kernel
from .reduce import Reduction, add

_THREADS = 256
_BITS = 3  # of the threshold found in each pass over the probabilities
_CANDIDATES = (1 << _BITS) - 1


def softmax_kernel() -> tirx.PrimFunc:
    """softmax(logits [rows, 1, vocab] / temperature [rows]) -> probabilities of the same shape."""
    with kernel() as k:
        rows, vocab = k.size(), k.size()
        logits, temperature = k.argument((rows, 1, vocab), "float32"), k.argument((rows,), "float32")
        out = k.argument((rows, 1, vocab), "float32")
        with k.threads(_THREADS, rows) as (row, thread):
            reduction, state = Reduction(k, _THREADS), k.registers(2)
            state[0] = logits[row, 0, 0]
            with k.loop(ceil_div(vocab, _THREADS)) as step:
                # past the end the last one is read again, which does not change the maximum
                state[0] = T.max(state[0], logits[row, 0, T.min(step * _THREADS + thread, vocab - 1)])
            largest = k.name(reduction.run(thread, [state[0]], T.max)[0])
            state[1] = f32(0)
            with k.loop(ceil_div(vocab, _THREADS)) as step:
                j = k.name(step * _THREADS + thread)
                with k.when(j < vocab):
                    exponential = k.name(T.exp((logits[row, 0, j] - largest) / temperature[row]))
                    state[1] = state[1] + exponential
                    out[row, 0, j] = exponential
            k.barrier()
            whole = k.name(reduction.run(thread, [state[1]], add)[0])
            with k.loop(ceil_div(vocab, _THREADS)) as step:
                j = k.name(step * _THREADS + thread)
                with k.when(j < vocab):
                    out[row, 0, j] = out[row, 0, j] / whole
    return k.function


def top_p_kernel() -> tirx.PrimFunc:
    """Exact top-p (nucleus) sampling without a sort.

    Searches the bits of the largest threshold t whose nucleus {p >= t} still holds top_p of the mass, three bits a
    pass. Then it draws from that nucleus in index order. The search works because bit patterns of floats >= 0 are
    ordered like the floats. Arguments: probabilities [rows, vocab], uniform [n], row of each sample [n], top_p [rows];
    result token ids i32 [n].
    """
    with kernel() as k:
        rows, vocab, samples = k.size(), k.size(), k.size()
        probs, uniform = k.argument((rows, vocab), "float32"), k.argument((samples,), "float32")
        row_of, top_p = k.argument((samples,), "int32"), k.argument((rows,), "float32")
        out = k.argument((samples,), "int32")
        with k.threads(_THREADS, samples) as (i, thread):
            reduction = Reduction(k, _THREADS, _CANDIDATES)
            masses, value, threshold = k.registers(_CANDIDATES), k.registers(3), k.registers(1, "uint32")
            pick, row = k.registers(1, "int32"), k.name(row_of[i])

            def sum_above(candidates: list[tirx.Expr]) -> None:
                """masses[c] <- this thread's share of the mass whose bits are at least candidates[c]."""
                for c in range(len(candidates)):
                    masses[c] = f32(0)
                with k.loop(ceil_div(vocab, _THREADS)) as step:
                    j = k.name(step * _THREADS + thread)
                    with k.when(j < vocab):
                        p = k.name(probs[row, j])
                        for c, candidate in enumerate(candidates):
                            above = tirx.reinterpret("uint32", p) >= candidate
                            masses[c] = masses[c] + T.if_then_else(above, p, f32(0))

            sum_above([tirx.const(0, "uint32")])
            wanted = k.name(top_p[row] * reduction.run(thread, [masses[0]], add)[0])
            k.barrier()
            threshold[0] = tirx.const(0, "uint32")
            with k.loop(30 // _BITS) as step:  # bit 30 of a float is set from 2.0 on, above any probability
                shift = k.name(tirx.Cast("uint32", 30 - _BITS - step * _BITS))
                steps = [tirx.const(c + 1, "uint32") for c in range(_CANDIDATES)]
                candidates = [k.name(tirx.bitwise_or(threshold[0], tirx.shift_left(c, shift))) for c in steps]
                sum_above(candidates)
                found = reduction.run(thread, [masses[c] for c in range(_CANDIDATES)], add)
                for c, candidate in enumerate(candidates):  # ascending, so that the last one which holds enough stays
                    threshold[0] = T.if_then_else(found[c] >= wanted, candidate, threshold[0])
                k.barrier()
            threshold[0] = T.max(threshold[0], tirx.const(1, "uint32"))
            # a run of consecutive tokens for each thread: its mass, and the mass before it
            run = k.name(ceil_div(vocab, _THREADS))
            begin, end = k.name(T.min(thread * run, vocab)), k.name(T.min(thread * run + run, vocab))
            value[0] = f32(0)
            with k.loop(end - begin) as j:
                p = k.name(probs[row, begin + j])
                value[0] = value[0] + T.if_then_else(tirx.reinterpret("uint32", p) >= threshold[0], p, f32(0))
            reduction.values[0, thread] = value[0]
            k.barrier()
            value[1], value[2] = f32(0), f32(0)  # mass before this run, mass of the nucleus
            with k.loop(_THREADS) as other:
                mass = k.name(reduction.values[0, other])
                value[1] = value[1] + T.if_then_else(other < thread, mass, f32(0))
                value[2] = value[2] + mass
            drawn = k.name(value[2] * T.min(uniform[i], f32(0.9999999)))
            # one run holds the drawn mass, so one thread writes. `following` is the mass before the next run exactly as
            # the next thread sums it, in the same order
            following = k.name(value[1] + value[0])
            with k.when(tirx.all(value[0] > f32(0), value[1] <= drawn, drawn < following)):
                pick[0] = -1
                with k.loop(end - begin) as j:
                    p = k.name(probs[row, begin + j])
                    with k.when(tirx.reinterpret("uint32", p) >= threshold[0]):
                        with k.when(value[1] <= drawn):
                            pick[0] = begin + j
                        value[1] = value[1] + p
                out[i] = pick[0]
    return k.function
