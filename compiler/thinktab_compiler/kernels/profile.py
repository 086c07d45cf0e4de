"""What a kernel profile is: which kernel a model gets for each of its jobs."""

from collections.abc import Callable
from dataclasses import dataclass

from tvm import tirx

from .attention import AttentionArguments, AttentionShape, Declare
from .linear import LinearSpec


@dataclass(frozen=True)
class AttentionKernels:
    """What the paged KV cache calls: a chunk against itself, a chunk against the cache, one row, and their merge."""

    prefill_ragged: tirx.PrimFunc
    prefill_paged: tirx.PrimFunc
    decode: tirx.PrimFunc
    merge_state: tirx.PrimFunc


@dataclass(frozen=True)
class Profile:
    """The kernels of a model, written for one kind of WebGPU adapter.

    Each field makes a kernel: `one_row` and `rows` matrix products for one row of activations and for a number known at
    run time, `prefill` the attention of a chunk against what a declaration of arguments makes readable, under a symbol,
    `decode` that of one row, `merge_state` the merge of two. They raise CompilerError for what they cannot compute.
    `softmax` gives probabilities [rows, 1, vocab] of logits [rows, 1, vocab] / temperature [rows], and `top_p` samples:
    probabilities [rows, vocab], uniform [n], row of each sample [n], top_p [rows] -> i32 [n].
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
