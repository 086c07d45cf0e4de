"""Kernel profiles: each names the kernels for all tasks of a model."""

from collections.abc import Callable
from dataclasses import dataclass

from tvm import tirx

from .attention import AttentionArguments, AttentionShape, Declare
from .linear import LinearSpec


@dataclass(frozen=True)
class AttentionKernels:
    """Kernels for the paged KV cache: a chunk against itself, a chunk against the cache, one row, their merge."""

    prefill_ragged: tirx.PrimFunc
    prefill_paged: tirx.PrimFunc
    decode: tirx.PrimFunc
    merge_state: tirx.PrimFunc


@dataclass(frozen=True)
class Profile:
    """The kernels of a model, written for one kind of WebGPU adapter.

    Each field makes a kernel. `one_row` and `rows` make matrix products, for one row of activations and for a number
    known at run time. `prefill` makes the attention of a chunk to the positions that a declaration of arguments makes
    readable, under a symbol. `decode` makes that of one row, `merge_state` the merge of two. They raise CompilerError
    for input that they cannot compute. `softmax` gives probabilities [rows, 1, vocab] of logits [rows, 1, vocab] /
    temperature [rows]. `top_p` samples: probabilities [rows, vocab], uniform [n], row of each sample [n], top_p [rows]
    -> i32 [n].
    """

    name: str
    one_row: Callable[[LinearSpec], tirx.PrimFunc]
    rows: Callable[[LinearSpec], tirx.PrimFunc]
    prefill: Callable[[AttentionShape, str, Declare], tirx.PrimFunc]
    decode: Callable[[AttentionShape], tirx.PrimFunc]
    merge_state: Callable[[], tirx.PrimFunc]
    softmax: Callable[[], tirx.PrimFunc]
    top_p: Callable[[], tirx.PrimFunc]

    def attention(self, shape: AttentionShape) -> AttentionKernels:
        """The attention kernels of a model; raises CompilerError for heads that they do not fit."""
        return AttentionKernels(
            prefill_ragged=self.prefill(shape, "batch_prefill_ragged_kv", AttentionArguments.prefill_ragged),
            prefill_paged=self.prefill(shape, "batch_prefill_paged_kv", AttentionArguments.prefill_paged),
            decode=self.decode(shape),
            merge_state=self.merge_state(),
        )
