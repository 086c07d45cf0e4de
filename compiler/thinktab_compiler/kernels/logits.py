"""In-place changes of the logits which WebLLM calls before it samples; barrier-free, shared by all profiles.

Names and argument order are WebLLM's. `logits` is f32 [rows, vocab].
"""

from tvm import tirx
from tvm.script import tirx as T

_THREADS = 64


def _attributes(symbol: str) -> dict[str, object]:
    return {"global_symbol": symbol, "tirx.noalias": True, "tirx.is_scheduled": True}


def logit_kernels() -> list[tirx.PrimFunc]:
    """Bias, penalty and bitmask kernels, each with its `global_symbol`."""
    bias_attributes = _attributes("apply_logit_bias_inplace")
    penalty_attributes = _attributes("apply_penalty_inplace")
    bitmask_attributes = _attributes("apply_bitmask_inplace")

    @T.prim_func(s_tir=True)
    def apply_bias(logits_h: T.handle, row_h: T.handle, token_h: T.handle, bias_h: T.handle) -> None:
        T.func_attr(bias_attributes)
        rows, vocab, count = T.int32(), T.int32(), T.int32()
        logits = T.match_buffer(logits_h, (rows, vocab), "float32")
        row = T.match_buffer(row_h, (count,), "int32")
        token = T.match_buffer(token_h, (count,), "int32")
        bias = T.match_buffer(bias_h, (count,), "float32")
        for bx in T.thread_binding((count + _THREADS - 1) // _THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(_THREADS, thread="threadIdx.x"):
                with T.sblock("bias"):
                    T.reads()
                    T.writes()
                    if bx * _THREADS + tx < count:
                        i: T.let[T.int32] = bx * _THREADS + tx
                        logits[row[i], token[i]] = logits[row[i], token[i]] + bias[i]

    @T.prim_func(s_tir=True)
    def apply_penalty(
        logits_h: T.handle,
        sequence_h: T.handle,
        position_h: T.handle,
        token_h: T.handle,
        seen_h: T.handle,
        penalty_h: T.handle,
    ) -> None:
        T.func_attr(penalty_attributes)
        rows, vocab, count, sequences = T.int32(), T.int32(), T.int32(), T.int32()
        logits = T.match_buffer(logits_h, (rows, vocab), "float32")
        sequence = T.match_buffer(sequence_h, (sequences,), "int32")
        position = T.match_buffer(position_h, (count,), "int32")
        token = T.match_buffer(token_h, (count,), "int32")
        seen = T.match_buffer(seen_h, (count,), "int32")
        penalty = T.match_buffer(penalty_h, (sequences, 3), "float32")  # presence, frequency, repetition
        for bx in T.thread_binding((count + _THREADS - 1) // _THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(_THREADS, thread="threadIdx.x"):
                with T.sblock("penalty"):
                    T.reads()
                    T.writes()
                    value = T.sblock_alloc_buffer((1,), "float32", scope="local")
                    if bx * _THREADS + tx < count:
                        i: T.let[T.int32] = bx * _THREADS + tx
                        p: T.let[T.int32] = position[i]
                        value[0] = (
                            logits[sequence[p], token[i]] - penalty[p, 0] - T.Cast("float32", seen[i]) * penalty[p, 1]
                        )
                        if value[0] < T.float32(0):
                            logits[sequence[p], token[i]] = value[0] * penalty[p, 2]
                        else:
                            logits[sequence[p], token[i]] = value[0] / penalty[p, 2]

    @T.prim_func(s_tir=True)
    def apply_bitmask(logits_h: T.handle, sequence_h: T.handle, mask_h: T.handle) -> None:
        T.func_attr(bitmask_attributes)
        rows, vocab, sequences = T.int32(), T.int32(), T.int32()
        logits = T.match_buffer(logits_h, (rows, vocab), "float32")
        sequence = T.match_buffer(sequence_h, (sequences,), "int32")
        mask = T.match_buffer(mask_h, (rows, (vocab + 31) // 32), "int32")  # bit 1 = token allowed
        for bx in T.thread_binding((sequences * vocab + _THREADS - 1) // _THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(_THREADS, thread="threadIdx.x"):
                with T.sblock("bitmask"):
                    T.reads()
                    T.writes()
                    allowed = T.sblock_alloc_buffer((1,), "int32", scope="local")
                    if bx * _THREADS + tx < sequences * vocab:
                        row: T.let[T.int32] = sequence[(bx * _THREADS + tx) // vocab]
                        column: T.let[T.int32] = (bx * _THREADS + tx) % vocab
                        allowed[0] = T.bitwise_and(T.shift_right(mask[row, column // 32], column % 32), 1)
                        if allowed[0] == 0:
                            logits[row, column] = T.min_value("float32")

    return [apply_bias, apply_penalty, apply_bitmask]
