"""manifest.json: the one file of a model that the site reads before it downloads anything."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

from .architectures import architecture_named
from .chat_config import CONFIG_NAME, TOKENIZER_NAME, read_tokenizer
from .chat_templates import manifest_template
from .config import KV_PAGE, ModelConfig
from .description import read_description
from .errors import CompilerError
from .files import read_json, sha256_of, write_atomic, write_json
from .quantization import quantization_of
from .shards import INDEX_NAME, shard_names

MANIFEST_NAME = "manifest.json"
_SCHEMA = Path(__file__).resolve().parent.parent / "manifest.schema.json"

# The limits that tvmjs, WebLLM's runtime, needs of every adapter for any model.
_RUNTIME_LIMITS = {
    "maxBufferSize": 1 << 28,
    "maxStorageBufferBindingSize": 1 << 27,
    "maxComputeWorkgroupStorageSize": 32 << 10,
}


@dataclass(frozen=True)
class ManifestOptions:
    """Facts that the converted folder lacks; a prompt keeps `history_tokens` of earlier turns."""

    id: str
    name: str
    history_tokens: int
    licence: str
    revision: str
    repository: str | None
    gguf: Path | None = None  # the same weights for llama.cpp, on machines without WebGPU


def _schema_of(definition: str) -> dict[str, Any]:
    """One of the definitions of manifest.schema.json, by its path below $defs."""
    schema = read_json(_SCHEMA)
    return {"$schema": schema["$schema"], "$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}


def validate_manifest(manifest: Any) -> None:
    """Raises CompilerError with the first violation of manifest.schema.json, by the written version."""
    # Not the choice between the versions, because its violations do not name the field.
    try:
        jsonschema.validate(manifest, _schema_of("version1"))
    except jsonschema.ValidationError as error:
        raise CompilerError(f"{MANIFEST_NAME} is not valid at '{error.json_path}': {error.message}.") from None


def validate_field(name: str, value: Any) -> None:
    """Raises CompilerError if a manifest may not have this value for that field."""
    try:
        jsonschema.validate(value, _schema_of(f"version1/properties/{name}"))
    except jsonschema.ValidationError as error:
        raise CompilerError(f"The {name} '{value}' is not valid: {error.message}.") from None


def required_limits(description: dict[str, Any], context: int) -> dict[str, int]:
    """WebGPU limits by name: the runtime's own, raised to the need of the kernels or of one layer of the KV cache."""
    pages, layers = context // KV_PAGE + 2, description["config"]["num_hidden_layers"]
    limits = {**description["limits"]}
    for name in ("maxBufferSize", "maxStorageBufferBindingSize"):
        limits[name] = max(limits[name], pages * KV_PAGE * description["kvCache"]["bytesPerToken"] // layers)
    names = sorted({*limits, *_RUNTIME_LIMITS})
    return {name: max(limits.get(name, 1), _RUNTIME_LIMITS.get(name, 1)) for name in names}


def matching_description(kernels: Path, chat: dict[str, Any]) -> dict[str, Any]:
    """The kernels' description; raises CompilerError when they were not made for these weights."""
    description = read_description(kernels)
    for name, made_for, wanted in (
        ("quantization", description["quantization"], chat["quantization"]),
        ("mixture of layouts", description.get("layouts"), quantization_of(chat).layouts),
        ("configuration", description["config"], chat["model_config"]),
    ):
        if made_for != wanted:
            raise CompilerError(f"{kernels} was compiled for another {name} than that of the converted folder.")
    if description["context"] < chat["context_window_size"]:
        raise CompilerError(
            f"{kernels} was compiled for a context of {description['context']} tokens, "
            f"but the folder asks for {chat['context_window_size']}."
        )
    return description


def _copy_into(folder: Path, path: Path) -> None:
    if path.resolve().parent != folder.resolve():
        write_atomic(folder / path.name, path.read_bytes())


def _artifact(folder: Path, name: str, role: str) -> dict[str, Any]:
    path = folder / name
    if not path.is_file():
        raise CompilerError(f"{path} does not exist.")
    return {"path": name, "bytes": path.stat().st_size, "sha256": sha256_of(path), "role": role}


def write_manifest(folder: Path, kernels: Path, options: ManifestOptions) -> dict[str, Any]:
    """Copies kernels and GGUF into the converted folder if they are not there; writes and returns a valid manifest."""
    chat = read_json(folder / CONFIG_NAME)
    description = matching_description(kernels, chat)
    config = ModelConfig.from_json(chat["model_config"], CONFIG_NAME)
    tokenizer = read_tokenizer((folder / TOKENIZER_NAME).read_bytes(), str(folder), config)
    _copy_into(folder, kernels)
    roles = [(CONFIG_NAME, "config"), (INDEX_NAME, "config")]
    roles += [(name, "shard") for name in shard_names(folder)]
    roles += [(TOKENIZER_NAME, "tokenizer"), (kernels.name, "library")]
    artifacts = [_artifact(folder, name, role) for name, role in roles]
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
        "library": {"profile": description["profile"]},
        "requires": {
            "features": description["features"],
            "limits": required_limits(description, chat["context_window_size"]),
        },
        "template": manifest_template(chat["conv_template"]["name"], tokenizer),
        "sampling": {"temperature": chat["temperature"], "topP": chat["top_p"]},
        "historyTokens": options.history_tokens,
        "licence": options.licence,
        "source": source,
        "artifacts": artifacts,
    }
    if options.gguf is not None:
        if not options.gguf.is_file():
            raise CompilerError(f"{options.gguf} does not exist.")
        _copy_into(folder, options.gguf)
        manifest["gguf"] = _artifact(folder, options.gguf.name, "gguf")
    validate_manifest(manifest)
    write_json(folder / MANIFEST_NAME, manifest)
    return manifest
