"""The kernels that ship with the site: the list of builds, and the index that the site reads."""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .compile import KernelsOptions, build_kernels
from .config import load_config
from .description import dispatch_totals, read_description
from .files import read_json, sha256_of, write_json
from .progress import Step, quiet
from .quantization import quantization_named
from .roofline.estimate import decode_rule

INDEX_NAME = "libraries.json"
CONTEXT = 32768  # an upper bound; the site chooses a context when it loads a model
PREFILL_CHUNK = 512
_CONFIGS = Path(__file__).resolve().parent.parent / "configs"
# suffix of the file, quantization of the weights, use of shader-f16; the first two read the same weights
_Q4F16 = (("q4f16_1", "q4f16_1", True), ("q4f16_1-without-f16", "q4f16_1", False))
_ALL = (*_Q4F16, ("q4f32_1", "q4f32_1", False))
# Two builds of them serve every device, see docs/models.md; the third is for people with weights in q4f32_1.
_MODELS = {
    "DeepSeek-R1-Distill-Qwen-1.5B": _ALL,
    "DeepSeek-R1-Distill-Qwen-7B": _ALL,
    "DeepSeek-R1-Distill-Llama-8B": _ALL,
    "Qwen3-0.6B": _Q4F16,
    "Qwen3-1.7B": _Q4F16,
    "Qwen3-4B": _Q4F16,
    "Qwen3-8B": _Q4F16,
}


@dataclass(frozen=True)
class ShippedKernels:
    """One file of kernels: its model, whose configuration lies in configs/, and a variant."""

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
        options = KernelsOptions(
            quantization_named(shipped.quantization), "gpu", CONTEXT, PREFILL_CHUNK, shipped.shader_f16
        )
        build_kernels(load_config(shipped.config), options, folder / shipped.file, step=step)
        entries.append(kernels_entry(folder, shipped))
        yield entries[-1]
    write_json(folder / INDEX_NAME, {"libraries": entries})


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
        "dispatchesPerToken": total,
        "dispatchesPerLayer": per_layer,
        "decode": decode_rule(described),
        "config": read_json(shipped.config),
        "configSha256": hashlib.sha256(shipped.config.read_bytes()).hexdigest(),
    }
