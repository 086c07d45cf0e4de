"""The profile `software`: kernels for software WebGPU (SwiftShader), where a workgroup barrier is ruinous.

Measured: a 768 x 128 matrix-vector product takes 28 ms with barriers and 0.5 ms with one thread an output.
"""

from tvm import tirx

from ..attention import AttentionArguments, AttentionShape
from ..linear import LinearSpec
from ..profile import AttentionKernels
from . import attention, sampling
from .linear import Tile, linear_kernel

_DECODE_TILE = Tile(rows=1, columns=4, threads=16)
_PREFILL_TILE = Tile(rows=8, columns=4, threads=8)


class SoftwareProfile:
    """Barrier-free kernels; see the module's documentation."""

    name = "software"

    def linear(self, spec: LinearSpec, one_row: bool) -> tirx.PrimFunc:
        """The kernel of a matrix product."""
        return linear_kernel(spec, 1 if one_row else None, _DECODE_TILE if one_row else _PREFILL_TILE)

    def attention(self, shape: AttentionShape) -> AttentionKernels:
        """The attention kernels of a model."""
        prefill, arguments = attention.prefill_kernel, AttentionArguments
        return AttentionKernels(
            prefill_ragged=prefill(shape, "batch_prefill_ragged_kv", arguments.prefill_ragged),
            prefill_paged=prefill(shape, "batch_prefill_paged_kv", arguments.prefill_paged),
            decode=attention.decode_kernel(shape),
            merge_state=attention.merge_state_kernel(),
        )

    def softmax(self) -> tirx.PrimFunc:
        """Softmax with temperature; see `sampling.softmax_kernel`."""
        return sampling.softmax_kernel()

    def top_p(self) -> tirx.PrimFunc:
        """Top-p sampling; see `sampling.top_p_kernel`."""
        return sampling.top_p_kernel()
