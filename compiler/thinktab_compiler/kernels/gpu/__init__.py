"""The profile `gpu`: kernels for real GPUs within WebGPU's default limits (256 threads, 16 KiB, 8 storage buffers).

Threads which follow each other read words which follow each other, and workgroups share what they read through
workgroup memory. Subgroup operations are left out: browsers offer them unevenly.
"""

from ..profile import Profile
from .attention import merge_state_kernel, prefill_kernel
from .decode import decode_kernel
from .linear import rows_kernel
from .matvec import one_row_kernel
from .sampling import softmax_kernel, top_p_kernel

GPU = Profile(
    "gpu",
    one_row=one_row_kernel,
    rows=rows_kernel,
    prefill=prefill_kernel,
    decode=decode_kernel,
    merge_state=merge_state_kernel,
    softmax=softmax_kernel,
    top_p=top_p_kernel,
)
