"""What a kernel profile offers to the models."""

from dataclasses import dataclass
from typing import Protocol

from tvm import tirx

from .attention import AttentionShape
from .linear import LinearSpec


@dataclass(frozen=True)
class AttentionKernels:
    """What the paged KV cache calls: a chunk against itself, a chunk against the cache, one row, and their merge."""

    prefill_ragged: tirx.PrimFunc
    prefill_paged: tirx.PrimFunc
    decode: tirx.PrimFunc
    merge_state: tirx.PrimFunc


class Profile(Protocol):
    """The WGSL kernels of a library, written for one kind of WebGPU adapter."""

    name: str

    def linear(self, spec: LinearSpec, one_row: bool) -> tirx.PrimFunc:
        """The kernel of a matrix product for one row of activations, or for a number known at run time."""

    def attention(self, shape: AttentionShape) -> AttentionKernels:
        """The attention kernels of a model."""

    def softmax(self) -> tirx.PrimFunc:
        """Probabilities [rows, 1, vocab] of logits [rows, 1, vocab] / temperature [rows]."""

    def top_p(self) -> tirx.PrimFunc:
        """Top-p sampling: probabilities [rows, vocab], uniform [n], row of each sample [n], top_p [rows] -> i32 [n]."""
