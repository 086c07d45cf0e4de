"""Compiles a model configuration into a WebLLM model library (.wasm)."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tvm
from tvm import relax

from .architectures import architecture_named
from .config import ModelConfig
from .errors import CompilerError
from .files import write_atomic
from .functions import add_common_functions
from .kernels import profile_named
from .layouts import layout_named
from .passes import web_pipeline
from .toolchain import link_library

_HOST_TRIPLE = "wasm32-unknown-unknown-wasm"


@dataclass(frozen=True)
class LibraryOptions:
    """What a library is compiled for; `context` and `prefill_chunk` count tokens."""

    quantization: str
    profile: str
    context: int
    prefill_chunk: int

    def check(self, config: ModelConfig) -> None:
        """Raises CompilerError for sizes which the model cannot serve."""
        if not 1 <= self.context <= config.max_position_embeddings:
            raise CompilerError(
                f"The context must lie between 1 and the model's {config.max_position_embeddings} tokens."
            )
        if not 1 <= self.prefill_chunk <= self.context:
            raise CompilerError(f"The prefill chunk must lie between 1 and the context of {self.context} tokens.")


def library_metadata(
    config: ModelConfig, options: LibraryOptions, parameters: list[tuple[str, list[int], str]]
) -> dict[str, Any]:
    """What the library's `_metadata` tells WebLLM; `parameters` are (name, shape, dtype) in packed order."""
    return {
        "model_type": config.model_type,
        "quantization": options.quantization,
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


def compile_objects(config: ModelConfig, options: LibraryOptions, folder: Path) -> dict[str, Any]:
    """Writes the model's two object files into `folder` and returns the library's metadata."""
    options.check(config)
    layout, profile = layout_named(options.quantization), profile_named(options.profile)
    architecture = architecture_named(config.model_type)
    target = tvm.target.Target({"kind": "webgpu"}, host={"kind": "llvm", "mtriple": _HOST_TRIPLE})
    with target:
        model = architecture.build_model(config, layout, profile)
        module, named = model.export_tvm(spec=model.spec())[:2]
        parameters = [(name, [int(n) for n in value.shape], str(value.dtype)) for name, value in named]
        metadata = library_metadata(config, options, parameters)
        bounds = {
            "seq_len": options.prefill_chunk,
            "total_seq_len": options.context,
            "batch_size": 1,
            "num_samples": 1,
        }
        module = add_common_functions(module, profile, metadata, bounds)
        # run-time assertions of the host code cannot be reported from wasm, and they triple its size
        with tvm.transform.PassContext(config={"tirx.disable_assert": True}):
            executable = relax.build(module, target, relax_pipeline=web_pipeline(target), system_lib=True)

    def keep_objects(_: str, objects: list[str], options: Any = None, **__: Any) -> None:
        for source in objects:
            shutil.copy(source, folder / Path(source).name)

    keep_objects.object_format = "o"
    executable.export_library(str(folder / "library.wasm"), fcompile=keep_objects)
    return metadata


def build_library(config: ModelConfig, options: LibraryOptions, output: Path) -> dict[str, Any]:
    """Compiles and links the library, writes it to `output` atomically and returns its metadata."""
    with tempfile.TemporaryDirectory(prefix="thinktab-library-") as folder:
        metadata = compile_objects(config, options, Path(folder))
        write_atomic(output, link_library(Path(folder)))
    return metadata
