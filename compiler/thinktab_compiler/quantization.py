"""Quantizations: which layout each matrix of a model has and how its vectors are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import CompilerError
from .layouts import F16, F16_PAIRS, F32, Layout, Storage, layout_named

GGUF = "gguf"  # the quantization of a GGUF file, whose matrices may differ
LAYOUTS_FIELD = "matrix_layouts"  # of mlc-chat-config.json

_VECTORS = {"q4f32_1": F32, "q4f16_1": F16, "q4_0": F32, "q4_1": F32, "q8_0": F32}


@dataclass(frozen=True)
class Quantization:
    """`common` is the layout of every matrix, or None where each parameter name has its own in `layouts`."""

    name: str
    vectors: Storage
    common: Layout | None
    layouts: Mapping[str, Layout] = field(default_factory=dict)

    def layout_of(self, parameter: str) -> Layout:
        """The layout of the matrix with that parameter name (without a suffix); raises CompilerError."""
        layout = self.common or self.layouts.get(parameter)
        if layout is None:
            raise CompilerError(f"The quantization '{self.name}' names no layout for {parameter}.")
        return layout

    def without_shader_f16(self) -> "Quantization":
        """The quantization with the same bytes whose kernels need no `shader-f16`."""
        return replace(
            self,
            vectors=F16_PAIRS if self.vectors == F16 else self.vectors,
            common=self.common and self.common.without_shader_f16(),
            layouts={name: layout.without_shader_f16() for name, layout in self.layouts.items()},
        )

    def to_json(self) -> dict[str, Any]:
        """The fields of mlc-chat-config.json from which `quantization_of` makes it again."""
        names = {LAYOUTS_FIELD: {name: layout.name for name, layout in self.layouts.items()}} if self.layouts else {}
        return {"quantization": self.name, **names}


def quantization_named(name: str) -> Quantization:
    """The quantization with one layout for all matrices; raises CompilerError for an unknown name."""
    if name not in _VECTORS:
        raise CompilerError(f"The quantization '{name}' is not supported; known: {', '.join(sorted(_VECTORS))}.")
    return Quantization(name, _VECTORS[name], layout_named(name))


def mixed_quantization(layouts: Mapping[str, str]) -> Quantization:
    """A GGUF file's own quantization: parameter names to layout names, vectors in f32."""
    return Quantization(GGUF, F32, None, {name: layout_named(layout) for name, layout in layouts.items()})


def quantization_of(chat: Mapping[str, Any]) -> Quantization:
    """The quantization which a converted folder's mlc-chat-config.json names; raises CompilerError."""
    layouts = chat.get(LAYOUTS_FIELD)
    return mixed_quantization(layouts) if layouts else quantization_named(chat["quantization"])
