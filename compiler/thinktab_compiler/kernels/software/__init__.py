"""The profile `software`: kernels for software WebGPU (SwiftShader), where a workgroup barrier is ruinous.

Measured: a 768 x 128 matrix-vector product takes 28 ms with barriers and 0.5 ms with one thread an output.
"""

from dataclasses import dataclass

from tvm import tirx
from tvm.relax.frontend import nn
from tvm.relax.frontend.nn import op

from ...config import ModelConfig
from ...layouts import Q4Layout
from . import attention, sampling
from .linear import LinearSpec, Tile, linear_kernel

__all__ = ["AttentionKernels", "LinearSpec", "SoftwareProfile"]

_DECODE_TILE = Tile(rows=1, columns=4, threads=16)
_PREFILL_TILE = Tile(rows=8, columns=4, threads=8)


@dataclass(frozen=True)
class AttentionKernels:
    """What the paged KV cache calls: a chunk against itself, a chunk against the cache, one row, and their merge."""

    prefill_ragged: tirx.PrimFunc
    prefill_paged: tirx.PrimFunc
    decode: tirx.PrimFunc
    merge_state: tirx.PrimFunc


class SoftwareProfile:
    """Barrier-free kernels; see the module's documentation."""

    name = "software"

    def linear(self, layout: Q4Layout, spec: LinearSpec, x: nn.Tensor, inputs: list[nn.Tensor]) -> nn.Tensor:
        """x [1, s, width] -> [1, s, out_columns]; `inputs` are the kernel's other arguments in its order."""
        one_row = isinstance(x.shape[1], int) and x.shape[1] == 1
        kernel = linear_kernel(layout, spec, 1 if one_row else None, _DECODE_TILE if one_row else _PREFILL_TILE)
        out = nn.Tensor.placeholder([x.shape[0], x.shape[1], spec.out_columns], layout.dtype)
        return op.tensor_ir_op(kernel, "linear_decode" if one_row else "linear_prefill", [x, *inputs], out)

    def attention(self, config: ModelConfig, dtype: str) -> AttentionKernels:
        """The attention kernels of a model."""
        shape = (config.num_attention_heads, config.num_key_value_heads, config.head_dim, dtype)
        return AttentionKernels(
            prefill_ragged=attention.prefill_ragged_kernel(*shape),
            prefill_paged=attention.prefill_paged_kernel(*shape),
            decode=attention.decode_kernel(*shape),
            merge_state=attention.merge_state_kernel(dtype),
        )

    def softmax(self) -> tirx.PrimFunc:
        """Softmax with temperature; see `sampling.softmax_kernel`."""
        return sampling.softmax_kernel()

    def top_p(self) -> tirx.PrimFunc:
        """Top-p sampling; see `sampling.top_p_kernel`."""
        return sampling.top_p_kernel()
