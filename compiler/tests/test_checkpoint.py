"""Checkpoints: precisions, several files, damage of every kind, and the memory that conversion takes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from checkpoints import TINY, write_random_checkpoint
from safetensors.numpy import load_file, save_file

from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.checkpoint import SafetensorsCheckpoint
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.errors import CompilerError

OPTIONS = ConvertOptions("q4f32_1", "max", 256, 64, Sampling(0.6, 0.95))
UP = "model.layers.0.mlp.up_proj.weight"


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    write_random_checkpoint(tmp_path / "hf", TINY)
    return tmp_path / "hf"


def refusal(checkpoint: Path) -> str:
    with pytest.raises(CompilerError) as caught:
        convert(checkpoint, OPTIONS, checkpoint.parent / "out")
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message
    assert not (checkpoint.parent / "out").exists()
    return message


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_every_precision_is_read_exactly(tmp_path: Path, dtype: str) -> None:
    values = np.random.default_rng(1).standard_normal((5000, 7)).astype(getattr(ml_dtypes, dtype, dtype))
    save_file({"w": values, "v": values[0]}, tmp_path / "model.safetensors")
    weights = SafetensorsCheckpoint(tmp_path)
    assert weights.shape("w") == (5000, 7) and weights.shape("v") == (7,)
    with pytest.raises(CompilerError, match="lacks the tensor x"):
        weights.shape("x")
    for name, expected in (("w", values), ("v", values[0])):
        read = np.concatenate(list(weights.blocks(name)))
        assert read.dtype == np.float32 and np.array_equal(read, expected.astype(np.float32))


def test_several_files_are_read_as_one(checkpoint: Path, tmp_path: Path) -> None:
    convert(checkpoint, OPTIONS, tmp_path / "whole")
    tensors = load_file(checkpoint / "model.safetensors")
    (checkpoint / "model.safetensors").unlink()
    names = sorted(tensors)
    files = {f"model-0000{i + 1}-of-00003.safetensors": names[i::3] for i in range(3)}
    for file, held in files.items():
        save_file({name: tensors[name] for name in held}, checkpoint / file)
    places = {name: file for file, held in files.items() for name in held}
    index = checkpoint / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": places}))
    convert(checkpoint, OPTIONS, tmp_path / "several")
    for path in (tmp_path / "whole").iterdir():
        assert path.read_bytes() == (tmp_path / "several" / path.name).read_bytes()
    index.write_text(json.dumps({"weight_map": {**places, UP: "../elsewhere.safetensors"}}))
    assert "has no weight_map from tensors to files beside it" in convert_refusal(checkpoint, tmp_path)
    index.write_text(json.dumps({"weight_map": {**places, "model.extra": next(iter(files))}}))
    assert "lacks the tensor model.extra" in convert_refusal(checkpoint, tmp_path)
    index.write_text(json.dumps({"weight_map": places}))
    (checkpoint / "model-00002-of-00003.safetensors").unlink()
    assert "model-00002-of-00003.safetensors does not exist" in convert_refusal(checkpoint, tmp_path)


def convert_refusal(checkpoint: Path, tmp_path: Path) -> str:
    with pytest.raises(CompilerError) as caught:
        convert(checkpoint, OPTIONS, tmp_path / "refused")
    return str(caught.value)


def test_missing_and_misshapen_tensors_are_named(checkpoint: Path) -> None:
    path = checkpoint / "model.safetensors"
    tensors = load_file(path)
    save_file({**tensors, UP: tensors[UP][:-1]}, path)
    assert f"{UP} has shape [95, 64], but the configuration asks for [192, 64] in all" in refusal(checkpoint)
    save_file({**tensors, "model.norm.weight": tensors["model.norm.weight"][:-1]}, path)
    assert "model.norm.weight has shape [63], but the configuration asks for [64]" in refusal(checkpoint)
    save_file({name: value for name, value in tensors.items() if name != UP}, path)
    assert f"lacks the tensor {UP}" in refusal(checkpoint)
    save_file({**tensors, UP: tensors[UP].astype(np.int32)}, path)
    assert f"{UP} has the type I32; known: F32, F16, BF16" in refusal(checkpoint)
    save_file({**tensors, UP: tensors[UP] * np.float32(np.nan)}, path)
    assert "model.layers.0.mlp.gate_up_proj: A matrix of shape" in refusal(checkpoint)


def test_damaged_files_are_named(checkpoint: Path) -> None:
    path = checkpoint / "model.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert re.search(r"not a whole safetensors file: it has \d+ bytes, its tensor .* ends", refusal(checkpoint))
    for damaged in (b"", b"nothing", whole[:100], b"\0" * 64, whole[:8] + b"[" + whole[9:]):
        path.write_bytes(damaged)
        assert "model.safetensors is not a whole safetensors file" in refusal(checkpoint)
    path.unlink()
    assert "model.safetensors does not exist" in refusal(checkpoint)


def test_a_scalar_where_a_vector_belongs_is_refused(checkpoint: Path) -> None:
    tensors = load_file(checkpoint / "model.safetensors")
    save_file({**tensors, "model.norm.weight": np.ones((), np.float32)}, checkpoint / "model.safetensors")
    assert "model.norm.weight has shape [], but the configuration asks for [64]" in refusal(checkpoint)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")
def test_peak_memory_is_bounded_by_the_largest_tensor(tmp_path: Path) -> None:
    """A checkpoint larger than the allowance for it: 2 x the largest tensor + 64 MiB over a tiny one's."""
    small = {**TINY, "num_hidden_layers": 1}
    raw = {**small, "vocab_size": 32_768, "hidden_size": 512, "intermediate_size": 2048, "num_hidden_layers": 24}
    raw |= {"num_attention_heads": 8, "head_dim": 64}
    peaks, sizes = [], []
    for name, config in (("small", small), ("large", raw)):
        write_random_checkpoint(tmp_path / name, config, dtype="float16")
        sizes.append((tmp_path / name / "model.safetensors").stat().st_size)
        # VmHWM, because ru_maxrss starts from the parent's
        code = "import sys; from thinktab_compiler.__main__ import main; failed = main(); "
        code += "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]); sys.exit(failed)"
        options = "--quantization q4f16_1 --scale max --context 256 --prefill-chunk 64 --temperature 0 --top-p 1"
        command = [sys.executable, "-c", code, "convert", str(tmp_path / name), *options.split()]
        command += ["-o", str(tmp_path / "out")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout.splitlines()[-1]) << 10)
    largest = 32_768 * 512 * 2
    assert sizes[1] > 2 * largest + (64 << 20)
    assert peaks[1] - peaks[0] < 2 * largest + (64 << 20), [peak >> 20 for peak in peaks]
