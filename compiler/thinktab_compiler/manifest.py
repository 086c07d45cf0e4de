"""manifest.json: the one file of a model which the site reads before it downloads anything."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np

from .architectures import architecture_named
from .chat_config import CONFIG_NAME, TEMPLATE, TOKENIZER_NAME
from .config import KV_PAGE, ModelConfig
from .errors import CompilerError
from .files import read_json, sha256_of, write_atomic, write_json
from .layouts import layout_named
from .shards import INDEX_NAME, shard_names

MANIFEST_NAME = "manifest.json"
_SCHEMA = Path(__file__).resolve().parent.parent / "manifest.schema.json"

# What tvmjs, WebLLM's runtime, asks of every adapter whatever the model.
_RUNTIME_LIMITS = {
    "maxBufferSize": 1 << 28,
    "maxStorageBufferBindingSize": 1 << 27,
    "maxComputeWorkgroupStorageSize": 32 << 10,
    "maxStorageBuffersPerShaderStage": 10,
}


@dataclass(frozen=True)
class ManifestOptions:
    """What the converted folder itself does not say; `history_tokens` is what a prompt keeps of earlier turns."""

    id: str
    name: str
    profile: str
    history_tokens: int
    licence: str
    revision: str
    repository: str | None


def validate_manifest(manifest: Any) -> None:
    """Raises CompilerError with the first violation of manifest.schema.json."""
    try:
        jsonschema.validate(manifest, read_json(_SCHEMA))
    except jsonschema.ValidationError as error:
        raise CompilerError(f"{MANIFEST_NAME} is not valid at '{error.json_path}': {error.message}.") from None


def required_limits(config: ModelConfig, quantization: str, context: int) -> dict[str, int]:
    """WebGPU limits by name: the runtime's own, raised to the largest tensor or one layer of the KV cache (bytes)."""
    layout = layout_named(quantization)
    value_bytes = np.dtype(layout.dtype).itemsize
    largest = (context // KV_PAGE + 2) * KV_PAGE * 2 * config.num_key_value_heads * config.head_dim * value_bytes
    for parameter in architecture_named(config.model_type).parameters(config):
        if parameter.columns is not None:
            for shape, dtype in layout.tensors(parameter.rows, parameter.columns).values():
                largest = max(largest, shape[0] * shape[1] * np.dtype(dtype).itemsize)
    limits = dict(_RUNTIME_LIMITS)
    for name in ("maxBufferSize", "maxStorageBufferBindingSize"):
        limits[name] = max(limits[name], largest)
    return limits


def write_manifest(folder: Path, library: Path, options: ManifestOptions) -> dict[str, Any]:
    """Copies the library into the converted folder unless it lies there, and writes a valid manifest; returns it."""
    if not library.is_file():
        raise CompilerError(f"{library} does not exist.")
    chat = read_json(folder / CONFIG_NAME)
    config = ModelConfig.from_json(chat["model_config"], CONFIG_NAME)
    if library.resolve().parent != folder.resolve():
        write_atomic(folder / library.name, library.read_bytes())
    roles = [(CONFIG_NAME, "config"), (INDEX_NAME, "config")]
    roles += [(name, "shard") for name in shard_names(folder)]
    roles += [(TOKENIZER_NAME, "tokenizer"), (library.name, "library")]
    artifacts = []
    for name, role in roles:
        path = folder / name
        if not path.is_file():
            raise CompilerError(f"{path} does not exist.")
        artifacts.append({"path": name, "bytes": path.stat().st_size, "sha256": sha256_of(path), "role": role})
    parameters = architecture_named(config.model_type).parameters(config)
    source = {"revision": options.revision}
    if options.repository is not None:
        source["repository"] = options.repository
    manifest = {
        "version": 1,
        "id": options.id,
        "name": options.name,
        "parameters": sum(parameter.rows * (parameter.columns or 1) for parameter in parameters),
        "contextWindow": chat["context_window_size"],
        "quantization": chat["quantization"],
        "library": {"profile": options.profile},
        "requires": {
            "features": [],
            "limits": required_limits(config, chat["quantization"], chat["context_window_size"]),
        },
        "template": TEMPLATE,
        "sampling": {"temperature": chat["temperature"], "topP": chat["top_p"]},
        "historyTokens": options.history_tokens,
        "licence": options.licence,
        "source": source,
        "artifacts": artifacts,
    }
    validate_manifest(manifest)
    write_json(folder / MANIFEST_NAME, manifest)
    return manifest
