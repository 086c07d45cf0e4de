"""The profile `gpu`: kernels for real GPUs within WebGPU's default limits (256 threads, 16 KiB, 8 storage buffers).

Threads which follow each other read words which follow each other, and workgroups share what they read through
workgroup memory. Subgroup operations are left out: browsers offer them unevenly.
"""

from tvm import tirx

from ..attention import AttentionArguments, AttentionShape
from ..linear import LinearSpec
from ..profile import AttentionKernels
from . import attention, linear, sampling


class GpuProfile:
    """Kernels with workgroup memory and barriers; see the module's documentation."""

    name = "gpu"

    def linear(self, spec: LinearSpec, one_row: bool) -> tirx.PrimFunc:
        """The kernel of a matrix product."""
        return linear.one_row_kernel(spec) if one_row else linear.rows_kernel(spec)

    def attention(self, shape: AttentionShape) -> AttentionKernels:
        """The attention kernels of a model."""
        attention.check_shape(shape)
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
