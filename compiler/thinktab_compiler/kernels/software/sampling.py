"""Softmax and top-p sampling of one row in one thread: no barriers, no sorting."""

from tvm import tirx
from tvm.script import tirx as T

_ATTRIBUTES = {"tirx.is_scheduled": True, "tirx.noalias": True}


def softmax_kernel() -> tirx.PrimFunc:
    """softmax(logits [rows, 1, vocab] / temperature [rows]) -> probabilities of the same shape."""

    @T.prim_func(s_tir=True, private=True)
    def softmax(logits_h: T.handle, temperature_h: T.handle, out_h: T.handle) -> None:
        T.func_attr(_ATTRIBUTES)
        rows, vocab = T.int32(), T.int32()
        logits = T.match_buffer(logits_h, (rows, 1, vocab), "float32")
        temperature = T.match_buffer(temperature_h, (rows,), "float32")
        out = T.match_buffer(out_h, (rows, 1, vocab), "float32")
        for row in T.thread_binding(rows, thread="blockIdx.x"):
            for _ in T.thread_binding(1, thread="threadIdx.x"):
                with T.sblock("softmax"):
                    T.reads()
                    T.writes()
                    state = T.sblock_alloc_buffer((3,), "float32", scope="local")  # maximum, sum, exponential
                    state[0] = logits[row, 0, 0]
                    state[1] = T.float32(0)
                    for j in T.serial(vocab):
                        state[0] = T.max(state[0], logits[row, 0, j])
                    for j in T.serial(vocab):
                        state[2] = T.exp((logits[row, 0, j] - state[0]) / temperature[row])
                        state[1] = state[1] + state[2]
                        out[row, 0, j] = state[2]
                    for j in T.serial(vocab):
                        out[row, 0, j] = out[row, 0, j] / state[1]

    return softmax


def top_p_kernel() -> tirx.PrimFunc:
    """Exact top-p (nucleus) sampling without a sort.

    Bisects the bits of the largest threshold t whose nucleus {p >= t} still holds top_p of the mass (bit patterns
    of floats >= 0 are ordered like the floats), then draws from that nucleus in index order. Arguments: probabilities
    [rows, vocab], uniform [n], row of each sample [n], top_p [rows]; result token ids i32 [n].
    """

    @T.prim_func(s_tir=True, private=True)
    def top_p_sample(
        probs_h: T.handle, uniform_h: T.handle, row_h: T.handle, top_p_h: T.handle, out_h: T.handle
    ) -> None:
        T.func_attr(_ATTRIBUTES)
        rows, vocab, samples = T.int32(), T.int32(), T.int32()
        probs = T.match_buffer(probs_h, (rows, vocab), "float32")
        uniform = T.match_buffer(uniform_h, (samples,), "float32")
        row_of = T.match_buffer(row_h, (samples,), "int32")
        top_p = T.match_buffer(top_p_h, (rows,), "float32")
        out = T.match_buffer(out_h, (samples,), "int32")
        for i in T.thread_binding(samples, thread="blockIdx.x"):
            for _ in T.thread_binding(1, thread="threadIdx.x"):
                with T.sblock("sample"):
                    T.reads()
                    T.writes()
                    mass = T.sblock_alloc_buffer((3,), "float32", scope="local")  # all, nucleus, so far
                    bits = T.sblock_alloc_buffer((2,), "uint32", scope="local")  # threshold, candidate
                    pick = T.sblock_alloc_buffer((1,), "int32", scope="local")
                    mass[0] = T.float32(0)
                    for j in T.serial(vocab):
                        mass[0] = mass[0] + probs[row_of[i], j]
                    bits[0] = T.uint32(0)
                    mass[1] = mass[0]
                    for step in T.serial(30):  # bit 30 of a float is set from 2.0 on, above any probability
                        bits[1] = T.bitwise_or(bits[0], T.shift_left(T.uint32(1), T.Cast("uint32", 29 - step)))
                        mass[2] = T.float32(0)
                        for j in T.serial(vocab):
                            if T.reinterpret("uint32", probs[row_of[i], j]) >= bits[1]:
                                mass[2] = mass[2] + probs[row_of[i], j]
                        if mass[2] >= top_p[row_of[i]] * mass[0]:
                            bits[0] = bits[1]
                            mass[1] = mass[2]
                    # walk the nucleus until the drawn mass is passed; the last member stands for rounding at the end
                    mass[1] = mass[1] * T.min(uniform[i], T.float32(0.9999999))
                    mass[2] = T.float32(0)
                    pick[0] = -1
                    for j in T.serial(vocab):
                        if T.reinterpret("uint32", probs[row_of[i], j]) >= T.max(bits[0], T.uint32(1)):
                            if mass[2] <= mass[1]:
                                pick[0] = j
                            mass[2] = mass[2] + probs[row_of[i], j]
                    out[i] = pick[0]

    return top_p_sample
