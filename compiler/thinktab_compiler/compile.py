"""Compiles a model configuration into the kernels that WebLLM loads: one .wasm file with WGSL and runtime."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tvm
from tvm import relax

from .architectures import architecture_named
from .config import ModelConfig
from .description import describe_build, embed_description
from .errors import CompilerError
from .files import read_json, write_atomic
from .functions import add_common_functions
from .kernels import profile_named
from .passes import web_pipeline
from .progress import Step, quiet
from .quantization import Quantization, quantization_named, quantization_of
from .sampler_cases import DRAWS
from .toolchain import LinkLevel, link_kernels, require_emscripten

_HOST_TRIPLE = "wasm32-unknown-unknown-wasm"


@dataclass(frozen=True)
class KernelsOptions:
    """The target that kernels are compiled for; `context` and `prefill_chunk` count tokens.

    `shader_f16` uses WebGPU's feature of that name: f16 weights are read as f16, and the KV cache is f16. Without it
    the same weights are read as u32 and the KV cache is f32.
    """

    quantization: Quantization
    profile: str
    context: int
    prefill_chunk: int
    shader_f16: bool

    def check(self, config: ModelConfig) -> None:
        """Raises CompilerError for sizes that the model cannot serve."""
        if not 1 <= self.context <= config.max_position_embeddings:
            raise CompilerError(
                f"The context must lie between 1 and the model's {config.max_position_embeddings} tokens."
            )
        if not 1 <= self.prefill_chunk <= self.context:
            raise CompilerError(f"The prefill chunk must lie between 1 and the context of {self.context} tokens.")


def read_model(path: Path, quantization: str | None) -> tuple[ModelConfig, Quantization]:
    """Dimensions and quantization from a Hugging Face config.json, or from the mlc-chat-config.json of `convert`.

    The second names its quantization itself; raises CompilerError if the two do not agree, or there is none.
    """
    raw = read_json(path)
    if not isinstance(raw, dict):
        raise CompilerError(f"{path} must hold a JSON object.")
    if isinstance(raw.get("model_config"), dict):
        found = quantization_of(raw)
        if quantization not in (None, found.name):
            raise CompilerError(f"{path} was converted to {found.name}, not to {quantization}.")
        return ModelConfig.from_json(raw["model_config"], str(path)), found
    if quantization is None:
        raise CompilerError(f"{path} names no quantization; give one with --quantization.")
    return ModelConfig.from_json(raw, str(path)), quantization_named(quantization)


def kernels_metadata(
    config: ModelConfig, options: KernelsOptions, parameters: list[tuple[str, list[int], str]]
) -> dict[str, Any]:
    """The metadata for WebLLM's `_metadata`; `parameters` are (name, shape, dtype) in packed order."""
    return {
        "model_type": config.model_type,
        "quantization": options.quantization.name,
        "context_window_size": options.context,
        "sliding_window_size": -1,
        "attention_sink_size": -1,
        "prefill_chunk_size": options.prefill_chunk,
        "tensor_parallel_shards": 1,
        "pipeline_parallel_stages": 1,
        "disaggregation": False,
        "kv_state_kind": "kv_cache",
        "max_batch_size": 1,
        "model_task": "chat",
        "params": [{"name": name, "shape": shape, "dtype": dtype} for name, shape, dtype in parameters],
    }


def compile_objects(
    config: ModelConfig, options: KernelsOptions, folder: Path
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Writes the model's two object files into `folder`; returns their metadata and description."""
    options.check(config)
    quantization = options.quantization if options.shader_f16 else options.quantization.without_shader_f16()
    profile, architecture = profile_named(options.profile), architecture_named(config.model_type)
    target = tvm.target.Target({"kind": "webgpu"}, host={"kind": "llvm", "mtriple": _HOST_TRIPLE})
    with target:
        pages = "float16" if options.shader_f16 else "float32"
        model = architecture.build_model(config, quantization, profile, pages)
        module, named = model.export_tvm(spec=model.spec())[:2]
        parameters = [(name, [int(n) for n in value.shape], str(value.dtype)) for name, value in named]
        metadata = kernels_metadata(config, options, parameters)
        bounds = {
            "seq_len": options.prefill_chunk,
            "total_seq_len": options.context,
            "batch_size": 1,
            "num_samples": DRAWS,  # WebLLM draws one; checking the distribution needs many
        }
        module = add_common_functions(module, profile, metadata, bounds)
        # host code in wasm cannot report run-time assertions, and they triple its size
        with tvm.transform.PassContext(config={"tirx.disable_assert": True}):
            executable = relax.build(module, target, relax_pipeline=web_pipeline(target), system_lib=True)

    executable.export_library(str(folder / "kernels.wasm"), fcompile=_KeepObjects(folder))
    device = next(part for part in _imports(executable.mod) if part.kind == "webgpu")
    source, vm_text = device.inspect_source(), executable.as_text()
    description = describe_build(metadata, profile.name, config.to_json(), pages, source, vm_text)
    # a quantization with one layout is known by its name
    layouts = {"layouts": quantization.layouts} if quantization.layouts else {}
    return metadata, description | layouts


class _KeepObjects:
    """Takes the place of the linker for TVM: copies the object files into `folder` and links nothing."""

    object_format = "o"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, _: str, objects: list[str], **__: Any) -> None:
        for source in objects:
            shutil.copy(source, self.folder / Path(source).name)


def _imports(module: Any) -> Iterator[Any]:
    for part in module.imports:
        yield part
        yield from _imports(part)


def build_kernels(
    config: ModelConfig, options: KernelsOptions, output: Path, level: LinkLevel = "-Oz", step: Step = quiet
) -> dict[str, Any]:
    """Compiles and links the kernels, writes them to `output` atomically and returns their description.

    Raises CompilerError, before compiling if emscripten is missing or a size is wrong.
    """
    options.check(config)
    require_emscripten()
    with tempfile.TemporaryDirectory(prefix="thinktab-kernels-") as folder:
        with step(f"Compiling kernels and functions of {config.num_hidden_layers} layers"):
            _, description = compile_objects(config, options, Path(folder))
        write_atomic(output, embed_description(link_kernels(Path(folder), level, step), description))
    return description
