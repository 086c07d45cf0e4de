"""Weight layouts: how one matrix is stored in the shards and read by a kernel.

Every layout is affine within a group of consecutive columns of a row: w[n, k] = code[n, k] * scale[n, g] + offset[n, g]
with g = k // group. A format with another way to its scales (K-quants) is one more class of the union `Layout`. Codes
lie in `q_weight`, a u32 tensor [rows, columns / per_word]. The other stored tensors differ from layout to layout and
only the layout reads them.

Which layout each matrix of a model has, and how its vectors (norms, biases) are stored, says a `Quantization`
(quantization.py). `Storage` (storage.py) stores and reads the f32 or f16 values of vectors, scales and minima:
`F16` needs WebGPU's `shader-f16` in a kernel, `F16_PAIRS` has the same bytes as u32 and needs nothing.
"""

from ..errors import CompilerError
from .minimum import MinimumLayout
from .storage import F16, F16_PAIRS, F32, Storage
from .symmetric import SymmetricLayout

__all__ = ["F16", "F16_PAIRS", "F32", "Layout", "MinimumLayout", "Storage", "SymmetricLayout", "layout_named"]


Layout = SymmetricLayout | MinimumLayout

_LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        SymmetricLayout("q4f32_1", bits=4, zero=7, scales=F32),
        SymmetricLayout("q4f16_1", bits=4, zero=7, scales=F16),
        SymmetricLayout("q4_0", bits=4, zero=8, scales=F16_PAIRS),
        MinimumLayout("q4_1", bits=4, scales=F16_PAIRS),
        SymmetricLayout("q8_0", bits=8, zero=128, scales=F16_PAIRS),
    )
}


def layout_named(name: str) -> Layout:
    """The layout of that name; raises CompilerError for an unknown one."""
    if name not in _LAYOUTS:
        raise CompilerError(f"The weight layout '{name}' is not supported; known: {', '.join(sorted(_LAYOUTS))}.")
    return _LAYOUTS[name]
