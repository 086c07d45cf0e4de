"""The common parts of every profile's matrix multiplication: its specification and its arguments."""

from dataclasses import dataclass, field
from typing import Any, Literal

from tvm.script.ir_builder import tirx as T

from ..codecs import Codec, Storage
from . import dequantise
from .builder import Array, Expression, Kernel, f32


@dataclass(frozen=True)
class LinearSpec:
    """y = after(norm(x) @ W^T) with W [rows, width] in `codec`; `vectors` stores the norm's weight and the bias.

    `norm_eps` turns the RMS norm of x on. `after` adds a bias [rows] or a residual [1, sequence, rows]. With "gate", W
    holds the rows of gate, then those of up, and y = silu(gate) * up has half the rows. Activations are f32.
    """

    codec: Codec
    vectors: Storage
    rows: int
    width: int
    norm_eps: float | None
    after: Literal["nothing", "bias", "residual", "gate"]

    @property
    def columns(self) -> int:
        """Columns of y."""
        return self.rows // 2 if self.after == "gate" else self.rows

    @property
    def words(self) -> int:
        """u32 words of codes in a row of W."""
        return self.width // self.codec.per_word

    @property
    def words_per_group(self) -> int:
        """u32 words which share a scale."""
        return self.codec.group // self.codec.per_word


@dataclass(frozen=True)
class LinearArguments:
    """The arguments of a linear kernel in their order: x, [norm], stored tensors of W, [bias or residual], y."""

    spec: LinearSpec
    x: Array
    norm: Array | None
    stored: dict[str, Array] = field(hash=False)
    extra: Array | None
    y: Array

    @staticmethod
    def declare(k: Kernel, spec: LinearSpec, length: Expression) -> "LinearArguments":
        """Declares the arguments of the kernel `k` for x [1, length, width]."""
        x = k.argument((1, length, spec.width), "float32")
        norm = k.argument(*spec.vectors.tensor(spec.width)) if spec.norm_eps is not None else None
        stored = {s: k.argument(*t) for s, t in spec.codec.tensors(spec.rows, spec.width).items()}
        extra = None
        if spec.after == "bias":
            extra = k.argument(*spec.vectors.tensor(spec.rows))
        if spec.after == "residual":
            extra = k.argument((1, length, spec.columns), "float32")
        return LinearArguments(spec, x, norm, stored, extra, k.argument((1, length, spec.columns), "float32"))

    def norm_weight(self, column: Expression) -> Any:
        """The norm's weight of a column of x, f32."""
        return dequantise.number(self.spec.vectors, self.norm, column)

    def affine(self, row: Expression, word: Expression) -> tuple[Any, Any]:
        """(scale, offset) of the codes in a word of a row of W."""
        return dequantise.affine(self.spec.codec, self.stored, row, word // self.spec.words_per_group)

    def store(self, row: Expression, column: Expression, product: Any, up: Any = None) -> None:
        """Finishes y[row, column] from the product, or from the products of gate and up."""
        value = product
        if self.spec.after == "gate":
            value = product / (f32(1) + T.exp(-product)) * up
        elif self.spec.after == "bias":
            value = product + dequantise.number(self.spec.vectors, self.extra, column)
        elif self.extra is not None:  # a residual
            value = product + self.extra[0, row, column]
        self.y[0, row, column] = value
