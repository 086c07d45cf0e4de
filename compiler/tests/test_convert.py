"""Conversion: layout of the folder, values, precisions, damage, and the manifest over it."""

import hashlib
import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from checkpoints import TINY, write_random_checkpoint
from thinktab_compiler import shards
from thinktab_compiler.chat_config import ASSISTANT, BEGIN, END, USER, Sampling
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.manifest import ManifestOptions, required_limits, validate_manifest, write_manifest
from thinktab_compiler.reference import Reference

OPTIONS = ConvertOptions("q4f32_1", "max", 256, 64, Sampling(0.6, 0.95))
MANIFEST = ManifestOptions("tiny", "Tiny", "software", 96, "Apache-2.0", "r1", None)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    write_random_checkpoint(tmp_path / "hf", TINY)
    return tmp_path / "hf"


def test_fused_matrices_hold_the_rows_in_order(checkpoint: Path, tmp_path: Path) -> None:
    convert(checkpoint, OPTIONS, tmp_path / "out")
    source, weights = load_file(checkpoint / "model.safetensors"), Reference.load(tmp_path / "out").weights
    layer = "model.layers.1"
    names = [f"{layer}.self_attn.{p}_proj" for p in "qkv"]
    expected = np.concatenate([source[f"{name}.weight"] for name in names])
    step = np.abs(expected).max() / 7
    np.testing.assert_allclose(weights[f"{layer}.self_attn.c_attn"], expected, atol=step / 2 + 1e-6)
    bias = np.concatenate([source[f"{name}.bias"] for name in names])
    assert np.array_equal(weights[f"{layer}.self_attn.c_attn.bias"], bias)
    expected = np.concatenate([source[f"{layer}.mlp.{p}_proj.weight"] for p in ("gate", "up")])
    np.testing.assert_allclose(weights[f"{layer}.mlp.gate_up_proj"], expected, atol=np.abs(expected).max() / 14 + 1e-6)


def test_index_and_chat_configuration(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD_BYTES", 20_000)
    totals = convert(checkpoint, OPTIONS, tmp_path / "out")
    index = json.loads((tmp_path / "out/tensor-cache.json").read_text())
    assert len(index["records"]) == len(totals.files) > 2
    for shard in index["records"]:
        data = (tmp_path / "out" / shard["dataPath"]).read_bytes()
        assert len(data) == shard["nbytes"] and hashlib.md5(data).hexdigest() == shard["md5sum"]
        assert len(data) <= 20_000 or len(shard["records"]) == 1
        assert sum(record["nbytes"] for record in shard["records"]) == len(data)
    chat = json.loads((tmp_path / "out/mlc-chat-config.json").read_text())
    tokenizer, template = Tokenizer.from_file(str(tmp_path / "out/tokenizer.json")), chat["conv_template"]
    assert template["roles"] == {"user": USER, "assistant": ASSISTANT}
    assert template["stop_token_ids"] == [tokenizer.token_to_id(END)]
    assert template["system_prefix_token_ids"] == [tokenizer.token_to_id(BEGIN)]
    assert (template["system_message"], chat["temperature"], chat["top_p"]) == ("", 0.6, 0.95)
    assert Reference.load(tmp_path / "out").forward([1, 2, 3]).shape == (TINY["vocab_size"],)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_checkpoints(tmp_path: Path, dtype: str) -> None:
    import ml_dtypes  # noqa: F401  numpy learns bfloat16 from it

    write_random_checkpoint(tmp_path / "full", TINY)
    write_random_checkpoint(tmp_path / "half", TINY, dtype=dtype)
    for name in ("full", "half"):
        convert(tmp_path / name, OPTIONS, tmp_path / f"{name}-out")
    full, half = (Reference.load(tmp_path / f"{name}-out").weights for name in ("full", "half"))
    norm = "model.layers.0.input_layernorm.weight"
    assert 0 < np.abs(full[norm] - half[norm]).max() < 0.01


def test_missing_and_misshapen_tensors_are_named(checkpoint: Path, tmp_path: Path) -> None:
    tensors = load_file(checkpoint / "model.safetensors")
    name = "model.layers.0.mlp.up_proj.weight"
    save_file({**tensors, name: tensors[name][:-1]}, checkpoint / "model.safetensors")
    with pytest.raises(CompilerError, match="gate_proj.weight has shape"):
        convert(checkpoint, OPTIONS, tmp_path / "out")
    assert not (tmp_path / "out/tensor-cache.json").exists()
    del tensors[name]
    save_file(tensors, checkpoint / "model.safetensors")
    with pytest.raises(CompilerError, match=f"lacks the tensor {name}"):
        convert(checkpoint, OPTIONS, tmp_path / "out")
    (checkpoint / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(CompilerError, match="not a valid safetensors file"):
        convert(checkpoint, OPTIONS, tmp_path / "out")


def test_a_tokenizer_without_the_template_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    path = checkpoint / "tokenizer.json"
    path.write_text(path.read_text().replace(USER, "<user>"))
    with pytest.raises(CompilerError, match=USER):
        convert(checkpoint, OPTIONS, tmp_path / "out")


def test_a_short_shard_is_noticed(checkpoint: Path, tmp_path: Path) -> None:
    convert(checkpoint, OPTIONS, tmp_path / "out")
    shard = tmp_path / "out/params_shard_0.bin"
    shard.write_bytes(shard.read_bytes()[:-1])
    with pytest.raises(CompilerError, match="params_shard_0.bin has"):
        Reference.load(tmp_path / "out")


def test_manifest_lists_every_file(checkpoint: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    convert(checkpoint, OPTIONS, out)
    (tmp_path / "tiny-software.wasm").write_bytes(b"\0asm")
    write_manifest(out, tmp_path / "tiny-software.wasm", MANIFEST)
    manifest = json.loads((out / "manifest.json").read_text())
    assert {a["path"] for a in manifest["artifacts"]} == {p.name for p in out.iterdir()} - {"manifest.json"}
    for artifact in manifest["artifacts"]:
        data = (out / artifact["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (artifact["bytes"], artifact["sha256"])
    assert manifest["parameters"] == sum(t.size for t in load_file(checkpoint / "model.safetensors").values())
    assert manifest["contextWindow"] == 256 and manifest["sampling"] == {"temperature": 0.6, "topP": 0.95}


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"id": "Not an id"}, {"extra": 1}, {"template": "chatml"}, {"artifacts": []}]
)
def test_the_schema_refuses(checkpoint: Path, tmp_path: Path, change: dict[str, object]) -> None:
    convert(checkpoint, OPTIONS, tmp_path / "out")
    (tmp_path / "out/tiny.wasm").write_bytes(b"\0asm")
    manifest = write_manifest(tmp_path / "out", tmp_path / "out/tiny.wasm", MANIFEST)
    with pytest.raises(CompilerError, match="manifest.json is not valid"):
        validate_manifest({**manifest, **change})


def test_the_schema_itself_is_valid() -> None:
    schema = json.loads((Path(__file__).parent.parent / "manifest.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)


def test_limits_grow_with_the_largest_tensor() -> None:
    from thinktab_compiler.config import ModelConfig

    small = required_limits(ModelConfig.from_json(TINY, "tiny"), "q4f32_1", 256)
    large = required_limits(
        ModelConfig.from_json({**TINY, "vocab_size": 600_000, "hidden_size": 4096}, "l"), "q4f32_1", 256
    )
    assert small["maxStorageBufferBindingSize"] == 1 << 27
    assert large["maxStorageBufferBindingSize"] == 600_000 * 4096 // 2
