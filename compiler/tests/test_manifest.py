"""The manifest over a converted folder."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from checkpoints import TINY, write_random_checkpoint
from safetensors.numpy import load_file

from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.config import ModelConfig
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.description import embed_description
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.manifest import ManifestOptions, required_limits, validate_manifest, write_manifest

OPTIONS = ConvertOptions("q4f32_1", "max", 256, 64, Sampling(0.6, 0.95))
MANIFEST = ManifestOptions("tiny", "Tiny", 96, "Apache-2.0", "r1", None)


def write_kernels(path: Path, **changes: object) -> None:
    """A module without code that describes itself as the tiny model's kernels."""
    description = {
        "profile": "software",
        "quantization": "q4f32_1",
        "context": 512,
        "config": ModelConfig.from_json(TINY, "tiny").to_json(),
        "features": [],
        "limits": {"maxBufferSize": 5, "maxStorageBufferBindingSize": 5, "maxStorageBuffersPerShaderStage": 12},
        "kvCache": {"dtype": "float32", "bytesPerToken": 512},
    }
    path.write_bytes(embed_description(b"\0asm\x01\0\0\0", {**description, **changes}))


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    write_random_checkpoint(tmp_path / "hf", TINY)
    return tmp_path / "hf"


def test_manifest_lists_every_file(checkpoint: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    convert(checkpoint, OPTIONS, out)
    write_kernels(tmp_path / "tiny-software.wasm", features=["shader-f16"])
    write_manifest(out, tmp_path / "tiny-software.wasm", MANIFEST)
    manifest = json.loads((out / "manifest.json").read_text())
    assert {a["path"] for a in manifest["artifacts"]} == {p.name for p in out.iterdir()} - {"manifest.json"}
    for artifact in manifest["artifacts"]:
        data = (out / artifact["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (artifact["bytes"], artifact["sha256"])
    assert manifest["parameters"] == sum(t.size for t in load_file(checkpoint / "model.safetensors").values())
    assert manifest["requires"]["features"] == ["shader-f16"] and manifest["library"] == {"profile": "software"}
    assert manifest["contextWindow"] == 256 and manifest["sampling"] == {"temperature": 0.6, "topP": 0.95}


def test_a_gguf_is_described_apart_from_the_artifacts(checkpoint: Path, tmp_path: Path) -> None:
    out, gguf = tmp_path / "out", tmp_path / "tiny.gguf"
    convert(checkpoint, OPTIONS, out)
    write_kernels(out / "tiny.wasm")
    gguf.write_bytes(b"GGUF")
    plain = write_manifest(out, out / "tiny.wasm", MANIFEST)
    manifest = write_manifest(out, out / "tiny.wasm", replace(MANIFEST, gguf=gguf))
    assert (out / "tiny.gguf").read_bytes() == b"GGUF"
    digest = hashlib.sha256(b"GGUF").hexdigest()
    assert manifest == {**plain, "gguf": {"path": "tiny.gguf", "bytes": 4, "sha256": digest, "role": "gguf"}}
    with pytest.raises(CompilerError, match="none.gguf does not exist"):
        write_manifest(out, out / "tiny.wasm", replace(MANIFEST, gguf=tmp_path / "none.gguf"))


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"id": "Not an id"}, {"extra": 1}, {"template": "chatml"}, {"artifacts": []}]
)
def test_the_schema_refuses(checkpoint: Path, tmp_path: Path, change: dict[str, object]) -> None:
    convert(checkpoint, OPTIONS, tmp_path / "out")
    write_kernels(tmp_path / "out/tiny.wasm")
    manifest = write_manifest(tmp_path / "out", tmp_path / "out/tiny.wasm", MANIFEST)
    with pytest.raises(CompilerError, match="manifest.json is not valid"):
        validate_manifest({**manifest, **change})


def test_the_schema_itself_is_valid() -> None:
    schema = json.loads((Path(__file__).parent.parent / "manifest.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)


def test_limits_are_the_largest_of_runtime_kernels_and_kv_cache() -> None:
    description = {
        "config": {"num_hidden_layers": 4},
        "limits": {"maxBufferSize": 1 << 29, "maxStorageBufferBindingSize": 5, "maxStorageBuffersPerShaderStage": 12},
        "kvCache": {"bytesPerToken": 4 << 14},
    }
    limits = required_limits(description, 16 * 1024)
    assert limits["maxBufferSize"] == 1 << 29 and limits["maxStorageBuffersPerShaderStage"] == 12
    assert limits["maxStorageBufferBindingSize"] == (16 * 1024 + 32) << 14
    assert limits["maxComputeWorkgroupStorageSize"] == 32 << 10
    # The engine asks for no more storage buffers than the kernels use.
    description["limits"] = {**description["limits"], "maxStorageBuffersPerShaderStage": 8}
    assert required_limits(description, 1024)["maxStorageBuffersPerShaderStage"] == 8


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"quantization": "q4f16_1"}, "another quantization"),
        ({"config": {"num_hidden_layers": 4}}, "another configuration"),
        ({"context": 128}, "a context of 128 tokens, but the folder asks for 256"),
    ],
)
def test_kernels_for_other_weights_are_refused(
    checkpoint: Path, tmp_path: Path, changes: dict[str, object], named: str
) -> None:
    convert(checkpoint, OPTIONS, tmp_path / "out")
    write_kernels(tmp_path / "other.wasm", **changes)
    with pytest.raises(CompilerError, match=named):
        write_manifest(tmp_path / "out", tmp_path / "other.wasm", MANIFEST)
    assert not (tmp_path / "out/other.wasm").exists()
