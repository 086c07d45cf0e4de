"""Softmax and top-p sampling in two launches each: many workgroups read the vocabulary once, then few values are left.

A row of the vocabulary is cut into segments, at most as many as a workgroup has threads, so that a thread of the second
launch has one segment's result. A segment has at least one token for each thread, so that a small vocabulary takes few
workgroups.
"""

from typing import Any

from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ..builder import Expression, Kernel, ceil_div, f32, kernel
from .reduce import Reduction, Scan, add

THREADS = 256
SEGMENTS = THREADS
BITS = 3  # of the threshold found in each pass over the probabilities
CANDIDATES = (1 << BITS) - 1
_CACHED = 1024  # probabilities that the search keeps in workgroup memory


def _segment_length(vocab: Expression) -> Any:
    """Tokens of each segment but the last one."""
    return T.max(ceil_div(vocab, SEGMENTS), THREADS)


def _segments(vocab: Expression) -> Any:
    """How many segments are in use; none is empty."""
    return ceil_div(vocab, _segment_length(vocab))


def _segment(k: Kernel, vocab: Expression, segment: Expression) -> tuple[Any, Any]:
    """The first token of a segment, and how many it has."""
    length = k.name(_segment_length(vocab))
    begin = k.name(segment * length)
    return begin, k.name(T.min(vocab - begin, length))


def softmax_kernel() -> tirx.PrimFunc:
    """softmax(logits [rows, 1, vocab] / temperature [rows]) -> probabilities of the same shape.

    The first launch finds each segment's maximum and its sum of exponentials below that, the second puts them together
    as in the online softmax (Milakov and Gimelshein, 2018) and writes the probabilities.
    """
    with kernel() as k:
        rows, vocab = k.size(), k.size()
        logits, temperature = k.argument((rows, 1, vocab), "float32"), k.argument((rows,), "float32")
        out = k.argument((rows, 1, vocab), "float32")
        maxima, sums = k.workspace(rows, SEGMENTS), k.workspace(rows, SEGMENTS)
        segments = _segments(vocab)
        with k.threads(THREADS, segments, rows) as (segment, row, thread):
            reduction, state = Reduction(k, THREADS), k.registers(1)
            begin, length = _segment(k, vocab, segment)
            state[0] = tirx.min_value("float32")  # of a thread without a token
            with k.loop(ceil_div(T.max(length - thread, 0), THREADS)) as step:
                state[0] = T.max(state[0], logits[row, 0, begin + step * THREADS + thread])
            largest = k.name(reduction.run(thread, [state[0]], T.max)[0])
            state[0] = f32(0)
            with k.loop(ceil_div(T.max(length - thread, 0), THREADS)) as step:
                below = logits[row, 0, begin + step * THREADS + thread] - largest
                state[0] = state[0] + T.exp(below / temperature[row])
            k.barrier()
            whole = k.name(reduction.run(thread, [state[0]], add)[0])
            with k.when(thread == 0):
                maxima[row, segment] = largest
                sums[row, segment] = whole
        with k.threads(THREADS, segments, rows) as (segment, row, thread):
            reduction, state = Reduction(k, THREADS), k.registers(2)
            begin, length = _segment(k, vocab, segment)
            state[0], state[1] = tirx.min_value("float32"), f32(0)
            with k.when(thread < segments):
                state[0], state[1] = maxima[row, thread], sums[row, thread]
            largest = k.name(reduction.run(thread, [state[0]], T.max)[0])
            k.barrier()
            share = state[1] * T.exp((state[0] - largest) / temperature[row])
            whole = k.name(reduction.run(thread, [share], add)[0])
            with k.loop(ceil_div(T.max(length - thread, 0), THREADS)) as step:
                j = k.name(begin + step * THREADS + thread)
                out[row, 0, j] = T.exp((logits[row, 0, j] - largest) / temperature[row]) / whole
    return k.function


def top_p_kernel() -> tirx.PrimFunc:
    """Exact top-p (nucleus) sampling without a sort.

    The first launch keeps, in the order of their ids, the tokens that the nucleus can hold: those below
    (1 - top_p) / vocab have less than 1 - top_p together. The second launch searches the bits of the largest threshold
    t whose nucleus {p >= t} still holds top_p of the mass, three bits a pass. Then it draws from that nucleus in the
    order of ids. The search works because bit patterns of floats >= 0 are ordered like the floats. Arguments:
    probabilities [rows, vocab], uniform [n], row of each sample [n], top_p [rows]; result token ids i32 [n].
    """
    with kernel() as k:
        rows, vocab, samples = k.size(), k.size(), k.size()
        probs, uniform = k.argument((rows, vocab), "float32"), k.argument((samples,), "float32")
        row_of, top_p = k.argument((samples,), "int32"), k.argument((rows,), "float32")
        out = k.argument((samples,), "int32")
        longest = _segment_length(vocab)
        segments = _segments(vocab)
        kept, ids = k.workspace(rows, segments, longest), k.workspace(rows, segments, longest, dtype="int32")
        counts, sums = k.workspace(rows, SEGMENTS, dtype="int32"), k.workspace(rows, SEGMENTS)
        with k.threads(THREADS, segments, rows) as (segment, row, thread):
            reduction, scan = Reduction(k, THREADS), Scan(k, THREADS, "int32")
            mass, count = k.registers(1), k.registers(1, "int32")
            begin, length = _segment(k, vocab, segment)
            # half of the bound, which leaves room for the rounding of all these numbers
            bound = k.name((f32(1) - top_p[row]) / f32(vocab) * f32(0.5))
            share = k.name(ceil_div(longest, THREADS))  # consecutive tokens of a thread
            first, last = k.name(T.min(thread * share, length)), k.name(T.min(thread * share + share, length))
            mass[0], count[0] = f32(0), 0
            with k.loop(last - first) as j:
                p = k.name(probs[row, begin + first + j])
                mass[0] = mass[0] + p
                count[0] = count[0] + T.if_then_else(p >= bound, 1, 0)
            whole = k.name(reduction.run(thread, [mass[0]], add)[0])
            before = scan.run(thread, count[0])
            with k.when(thread == 0):
                counts[row, segment] = before[THREADS]
                sums[row, segment] = whole
            count[0] = before[thread]
            with k.loop(last - first) as j:
                p = k.name(probs[row, begin + first + j])
                with k.when(p >= bound):
                    kept[row, segment, count[0]] = p
                    ids[row, segment, count[0]] = begin + first + j
                    count[0] = count[0] + 1
        with k.threads(THREADS, samples) as (i, thread):
            reduction, cache = Reduction(k, THREADS, CANDIDATES), k.shared(_CACHED)
            counted, summed = Scan(k, THREADS, "int32"), Scan(k, THREADS)
            masses, value, threshold = k.registers(CANDIDATES), k.registers(2), k.registers(1, "uint32")
            pick, found_segment, probability = k.registers(1, "int32"), k.registers(1, "int32"), k.registers(1)
            row = k.name(row_of[i])
            value[0], pick[0] = f32(0), 0
            with k.when(thread < segments):
                value[0], pick[0] = sums[row, thread], counts[row, thread]
            wanted = k.name(top_p[row] * reduction.run(thread, [value[0]], add)[0])
            begins = counted.run(thread, pick[0])
            total = k.name(begins[THREADS])

            def find(j: Any) -> Any:
                """found_segment[0] <- the segment of the j-th kept token; returns its place there."""
                found_segment[0] = 0
                for width in (128, 64, 32, 16, 8, 4, 2, 1):
                    middle = k.name(begins[found_segment[0] + width])
                    found_segment[0] = found_segment[0] + T.if_then_else(middle <= j, width, 0)
                return k.name(j - begins[found_segment[0]])

            def read(j: Any) -> None:
                """probability[0] <- that of the j-th kept token."""
                with k.either(j < _CACHED) as (near, far):
                    with near:
                        probability[0] = cache[j]
                    with far:
                        place = find(j)
                        probability[0] = kept[row, found_segment[0], place]

            def in_nucleus() -> Any:
                """Whether probability[0] reaches the threshold."""
                return tirx.reinterpret("uint32", probability[0]) >= threshold[0]

            with k.loop(ceil_div(T.max(T.min(total, _CACHED) - thread, 0), THREADS)) as step:
                j = k.name(step * THREADS + thread)
                place = find(j)
                cache[j] = kept[row, found_segment[0], place]
            k.barrier()
            threshold[0] = tirx.const(0, "uint32")
            # bit 30 of a float is set from 2.0 on, above any probability; the nucleus of the whole mass needs no search
            with k.loop(T.if_then_else(top_p[row] < f32(1), 30 // BITS, 0)) as step:
                shift = k.name(tirx.Cast("uint32", 30 - BITS - step * BITS))
                steps = [tirx.const(c + 1, "uint32") for c in range(CANDIDATES)]
                candidates = [k.name(tirx.bitwise_or(threshold[0], tirx.shift_left(c, shift))) for c in steps]
                for c in range(CANDIDATES):
                    masses[c] = f32(0)
                with k.loop(ceil_div(T.max(total - thread, 0), THREADS)) as part:
                    read(part * THREADS + thread)
                    for c, candidate in enumerate(candidates):
                        above = tirx.reinterpret("uint32", probability[0]) >= candidate
                        masses[c] = masses[c] + T.if_then_else(above, probability[0], f32(0))
                found = reduction.run(thread, [masses[c] for c in range(CANDIDATES)], add)
                for c, candidate in enumerate(candidates):  # ascending, so that the last one which holds enough stays
                    threshold[0] = T.if_then_else(found[c] >= wanted, candidate, threshold[0])
                k.barrier()
            threshold[0] = T.max(threshold[0], tirx.const(1, "uint32"))
            # a run of consecutive kept tokens for each thread: its mass, and the mass before it
            run = k.name(ceil_div(total, THREADS))
            first, last = k.name(T.min(thread * run, total)), k.name(T.min(thread * run + run, total))
            value[0] = f32(0)
            with k.loop(last - first) as j:
                read(first + j)
                value[0] = value[0] + T.if_then_else(in_nucleus(), probability[0], f32(0))
            before = summed.run(thread, value[0])
            drawn = k.name(before[THREADS] * T.min(uniform[i], f32(0.9999999)))
            value[1] = before[thread]
            following = k.name(before[thread + 1])
            # one run holds the drawn mass, so one thread writes
            with k.when(tirx.all(value[1] <= drawn, drawn < following)):
                pick[0] = -1
                with k.loop(last - first) as j:
                    read(first + j)
                    with k.when(tirx.all(in_nucleus(), value[1] <= drawn)):
                        pick[0] = first + j
                    value[1] = value[1] + T.if_then_else(in_nucleus(), probability[0], f32(0))
                place = find(pick[0])
                out[i] = ids[row, found_segment[0], place]
    return k.function
