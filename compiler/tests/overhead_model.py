"""Writes a model for the benchmark of the host's work; started by `npm run bench -- overhead`.

It has the layers of DeepSeek-R1-Distill-Qwen-1.5B, so its tokens take as many dispatches, and a width of 64, so they
take next to no computing.
"""

import sys
from pathlib import Path

from checkpoints import TINY, write_random_checkpoint

from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.compile import KernelsOptions, build_kernels
from thinktab_compiler.config import ModelConfig
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.manifest import ManifestOptions, write_manifest
from thinktab_compiler.quantization import quantization_named

LAYERS, CONTEXT, CHUNK = 28, 1024, 256
QUANTIZATION = "q4f32_1"
PROFILE = "software"  # kernels that a processor runs fast, where the benchmark has no GPU


def write_overhead_model(folder: Path) -> None:
    """Writes weights, kernels and manifest.json into a new folder."""
    raw_config = {**TINY, "num_hidden_layers": LAYERS, "intermediate_size": 128, "max_position_embeddings": CONTEXT}
    checkpoint = folder.with_name(f"{folder.name}-checkpoint")
    write_random_checkpoint(checkpoint, raw_config)
    convert(checkpoint, ConvertOptions(QUANTIZATION, "max", CONTEXT, CHUNK, Sampling(0, 1)), folder)
    kernels = folder / f"overhead-{PROFILE}.wasm"
    options = KernelsOptions(quantization_named(QUANTIZATION), PROFILE, CONTEXT, CHUNK, False)
    build_kernels(ModelConfig.from_json(raw_config, "config.json"), options, kernels, "-O1")
    about = ManifestOptions("overhead", "Overhead", CONTEXT // 2, "Apache-2.0", "1", None)
    write_manifest(folder, kernels, about)


if __name__ == "__main__":
    write_overhead_model(Path(sys.argv[1]))
