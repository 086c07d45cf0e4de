"""Weight layouts: how a matrix is stored in the shards and read by a kernel.

A layout is an object with the members of `Q4Layout`; kernels and `convert` know it only through them.
"""

from ..errors import CompilerError
from .q4 import Q4Layout

__all__ = ["Q4Layout", "layout_named"]

_LAYOUTS = {layout.name: layout for layout in (Q4Layout(name="q4f32_1", dtype="float32"),)}


def layout_named(name: str) -> Q4Layout:
    """The layout of a quantisation name; raises CompilerError for an unknown one."""
    if name not in _LAYOUTS:
        raise CompilerError(f"The quantization '{name}' is not supported; known: {', '.join(sorted(_LAYOUTS))}.")
    return _LAYOUTS[name]
