"""The profile `software`: kernels for software WebGPU (SwiftShader), where a workgroup barrier is ruinous.

Measured: a 768 x 128 matrix-vector product takes 28 ms with barriers and 0.5 ms with one thread an output.
"""

from ..profile import Profile
from .attention import decode_kernel, merge_state_kernel, prefill_kernel
from .linear import one_row_kernel, rows_kernel
from .sampling import softmax_kernel, top_p_kernel

SOFTWARE = Profile(
    "software",
    one_row=one_row_kernel,
    rows=rows_kernel,
    prefill=prefill_kernel,
    decode=decode_kernel,
    merge_state=merge_state_kernel,
    softmax=softmax_kernel,
    top_p=top_p_kernel,
)
