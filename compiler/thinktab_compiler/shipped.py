"""The kernels that ship with the site: the list of builds, and the index that the site reads."""

import gzip
import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .architectures import architecture_named
from .architectures.model import stored_tensors
from .compile import KernelsOptions, build_kernels
from .config import ModelConfig, load_config
from .description import dispatch_totals, read_description
from .files import read_json, sha256_of, write_json
from .gguf_files.recipes import Q4_K_M, recipe_quantization
from .progress import Step, quiet
from .quantization import Quantization, quantization_named
from .roofline.estimate import decode_rule

INDEX_NAME = "libraries.json"
CONTEXT = 32768  # an upper bound; the site chooses a context when it loads a model
PREFILL_CHUNK = 512
_CONFIGS = Path(__file__).resolve().parent.parent / "configs"
# suffix of the file, quantization of the weights, use of shader-f16; the first two read the same weights
_Q4F16 = (("q4f16_1", "q4f16_1", True), ("q4f16_1-without-f16", "q4f16_1", False))
_ALL = (*_Q4F16, ("q4f32_1", "q4f32_1", False))
# of a GGUF file, whose numbers the page hands over as they are
_Q4_K_M = ((Q4_K_M, Q4_K_M, True), (f"{Q4_K_M}-without-f16", Q4_K_M, False))
# Two builds of them serve every device, see docs/models.md; the third is for people with weights in q4f32_1.
_MODELS = {
    "DeepSeek-R1-Distill-Qwen-1.5B": (*_ALL, *_Q4_K_M),
    "DeepSeek-R1-Distill-Qwen-7B": _ALL,
    "DeepSeek-R1-Distill-Llama-8B": _ALL,
    "Qwen3-0.6B": _Q4F16,
    "Qwen3-1.7B": _Q4F16,
    "Qwen3-4B": _Q4F16,
    "Qwen3-8B": _Q4F16,
}


@dataclass(frozen=True)
class ShippedKernels:
    """One file of kernels: its model, whose configuration lies in configs/, and a variant.

    `quantization` may also be a recipe of GGUF files.
    """

    model: str
    suffix: str
    quantization: str
    shader_f16: bool

    @property
    def file(self) -> str:
        """Name of the file."""
        return f"{self.model}-{self.suffix}.wasm"

    @property
    def config(self) -> Path:
        """The model's config.json."""
        return _CONFIGS / f"{self.model}.json"

    def layouts(self, config: ModelConfig) -> Quantization:
        """How its matrices are stored."""
        is_recipe = self.quantization == Q4_K_M
        return recipe_quantization(Q4_K_M, config) if is_recipe else quantization_named(self.quantization)


def shipped_kernels() -> Iterator[ShippedKernels]:
    """All kernels that ship."""
    for model, variants in _MODELS.items():
        for variant in variants:
            yield ShippedKernels(model, *variant)


def build_shipped(folder: Path, step: Step = quiet) -> Iterator[dict[str, Any]]:
    """Builds all of them into `folder`, yields an entry when one is done, and writes the index last.

    The same versions of compiler, TVM and emscripten give the same bytes. Raises CompilerError.
    """
    entries = []
    for shipped in shipped_kernels():
        config = load_config(shipped.config)
        options = KernelsOptions(shipped.layouts(config), "gpu", CONTEXT, PREFILL_CHUNK, shipped.shader_f16)
        build_kernels(config, options, folder / shipped.file, step=step)
        entries.append(kernels_entry(folder, shipped))
        yield entries[-1]
    write_json(folder / INDEX_NAME, {"libraries": entries})


def _of_recipe(shipped: ShippedKernels) -> dict[str, Any]:
    """What the page must know of kernels for a GGUF file: its layouts, and the bytes of all weights in them."""
    config = load_config(shipped.config)
    quantization = shipped.layouts(config)
    if quantization.layouts is None:
        return {}
    stored = (
        tensor
        for parameter in architecture_named(config.model_type).parameters(config)
        for tensor in stored_tensors(parameter, quantization).values()
    )
    size = sum(math.prod(shape) * np.dtype(dtype).itemsize for shape, dtype in stored)
    return {"layouts": quantization.layouts, "weightBytes": size}


def kernels_entry(folder: Path, shipped: ShippedKernels) -> dict[str, Any]:
    """The entry of the index for built kernels."""
    path = folder / shipped.file
    described = read_description(path)
    chosen = ("quantization", "profile", "context", "prefillChunk", "features", "limits", "kvCache", "compiler")
    total, per_layer = dispatch_totals(described)
    return {
        "file": shipped.file,
        "bytes": path.stat().st_size,
        "gzipBytes": len(gzip.compress(path.read_bytes(), 9, mtime=0)),
        "sha256": sha256_of(path),
        "model": shipped.model,
        **{name: described[name] for name in chosen},
        **_of_recipe(shipped),
        "dispatchesPerToken": total,
        "dispatchesPerLayer": per_layer,
        "decode": decode_rule(described),
        "config": read_json(shipped.config),
        "configSha256": hashlib.sha256(shipped.config.read_bytes()).hexdigest(),
    }
