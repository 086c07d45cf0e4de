"""Quantizations: which codec each matrix of a model has and how its vectors are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .codecs import F16, F16_PAIRS, F32, Codec, Storage, codec_named, fitted_codec
from .errors import CompilerError

GGUF = "gguf"  # the quantization of a GGUF file, whose matrices may differ
CODECS_FIELD = "matrix_layouts"  # of mlc-chat-config.json

_VECTORS = {"q4f32_1": F32, "q4f16_1": F16, "q4_0": F32, "q4_1": F32, "q8_0": F32}


@dataclass(frozen=True)
class Quantization:
    """`common` is the codec of every matrix, or None if each parameter name has its own in `codecs`."""

    name: str
    vectors: Storage
    common: Codec | None
    codecs: Mapping[str, Codec] = field(default_factory=dict)

    def codec_of(self, parameter: str) -> Codec:
        """The codec of the matrix with that parameter name (without a suffix); raises CompilerError."""
        codec = self.common or self.codecs.get(parameter)
        if codec is None:
            raise CompilerError(f"The quantization '{self.name}' names no layout for {parameter}.")
        return codec

    def uses_shader_f16(self, wanted: bool | None) -> bool:
        """`wanted`, or by default: True for q4f16_1, whose numbers beside the codes are f16."""
        return self.name == "q4f16_1" if wanted is None else wanted

    def without_shader_f16(self) -> "Quantization":
        """The quantization with the same bytes whose kernels need no `shader-f16`."""
        return replace(
            self,
            vectors=F16_PAIRS if self.vectors == F16 else self.vectors,
            common=self.common and self.common.without_shader_f16(),
            codecs={name: codec.without_shader_f16() for name, codec in self.codecs.items()},
        )

    @property
    def layouts(self) -> str | None:
        """The codecs' names in the order of the matrices, separated by spaces; None where all have one codec."""
        return " ".join(codec.name for codec in self.codecs.values()) or None

    def to_json(self) -> dict[str, Any]:
        """The fields of mlc-chat-config.json from which `quantization_of` makes it again."""
        names = {CODECS_FIELD: {name: codec.name for name, codec in self.codecs.items()}} if self.codecs else {}
        return {"quantization": self.name, **names}


def quantization_named(name: str) -> Quantization:
    """The quantization with one codec for all matrices; raises CompilerError for an unknown name."""
    if name not in _VECTORS:
        raise CompilerError(f"The quantization '{name}' is not supported; known: {', '.join(sorted(_VECTORS))}.")
    return Quantization(name, _VECTORS[name], fitted_codec(name))


def mixed_quantization(codecs: Mapping[str, str]) -> Quantization:
    """A GGUF file's own quantization: parameter names to codec names, vectors in f32."""
    return Quantization(GGUF, F32, None, {name: codec_named(codec) for name, codec in codecs.items()})


def quantization_of(chat: Mapping[str, Any]) -> Quantization:
    """The quantization which a converted folder's mlc-chat-config.json names; raises CompilerError."""
    codecs = chat.get(CODECS_FIELD)
    return mixed_quantization(codecs) if codecs else quantization_named(chat["quantization"])
