"""Compiling: what the kernels export, their agreement with the converted folder, and reproducible bytes."""

import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from checkpoints import TINY, write_random_checkpoint

from thinktab_compiler.__main__ import main
from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.compile import KernelsOptions, build_kernels, compile_objects, read_model
from thinktab_compiler.config import ModelConfig
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.quantization import quantization_named
from thinktab_compiler.shards import read_tensors

OPTIONS = KernelsOptions(quantization_named("q4f32_1"), "software", 256, 64, shader_f16=False)

WEBLLM_CALLS = (
    "_metadata", "embed", "prefill", "decode", "create_tir_paged_kv_cache", "softmax_with_temperature", "argsort_probs",
    "sample_with_top_p", "apply_logit_bias_inplace", "apply_penalty_inplace", "apply_bitmask_inplace",
)  # fmt: skip
RUNTIME_GLOBALS = ("vm.builtin.kv_state_popn", "vm.builtin.kv_state_clear", "vm.builtin.kv_state_begin_forward")


@pytest.mark.parametrize("tied", [False, True], ids=["untied", "tied"])
def test_parameters_are_those_of_the_converted_folder(tmp_path: Path, tied: bool) -> None:
    raw = {**TINY, "tie_word_embeddings": tied}
    write_random_checkpoint(tmp_path / "hf", raw)
    convert(tmp_path / "hf", ConvertOptions("q4f32_1", "max", 256, 64, Sampling(0, 1)), tmp_path / "out")
    metadata, _ = compile_objects(ModelConfig.from_json(raw, "tiny"), OPTIONS, tmp_path)
    wanted = {p["name"]: (p["shape"], p["dtype"]) for p in metadata["params"]}
    assert wanted == {name: (list(a.shape), a.dtype.name) for name, a in read_tensors(tmp_path / "out")}
    assert ("lm_head.q_weight" in wanted) is not tied


@pytest.mark.skipif(shutil.which("em++") is None, reason="emscripten is not installed")
def test_kernels_hold_every_function_and_are_reproducible(tmp_path: Path) -> None:
    config = ModelConfig.from_json(TINY, "tiny")
    outputs = [tmp_path / name / "tiny.wasm" for name in ("first", "second")]
    for output in outputs:
        build_kernels(config, OPTIONS, output, "-O1")
    data = outputs[0].read_bytes()
    assert data == outputs[1].read_bytes()
    assert data.startswith(b"\0asm")
    for name in (*WEBLLM_CALLS, *RUNTIME_GLOBALS):
        assert name.encode() in data, name
    assert b"@compute" in data and b"workgroupBarrier" not in data
    assert not re.search(rb"/(home|tmp|root|work)/", data)


def test_a_missing_compiler_is_named_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(CompilerError, match=r"^em\+\+ was not found"):
        build_kernels(ModelConfig.from_json(TINY, "tiny"), OPTIONS, tmp_path / "out" / "tiny.wasm")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["kernels", "library"])
def test_the_command_takes_the_link_level_apart_from_its_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Under the command's name and under its earlier one."""
    command = f"thinktab_compiler {name} absent.json --profile software --context 1 --prefill-chunk 1 --link O1 -o x"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", command.split())
    assert main() == 1
    assert capsys.readouterr().err == "error: absent.json does not exist.\n"


def test_heads_which_the_gpu_kernels_cannot_tile_are_refused(tmp_path: Path) -> None:
    config = ModelConfig.from_json({**TINY, "head_dim": 24}, "tiny")
    with pytest.raises(CompilerError, match="head_dim of 16, 32, .. 128, not 24"):
        compile_objects(config, replace(OPTIONS, profile="gpu"), tmp_path)


def test_a_converted_folder_names_its_own_quantization(tmp_path: Path) -> None:
    write_random_checkpoint(tmp_path / "hf", TINY)
    convert(tmp_path / "hf", ConvertOptions("q4f32_1", "max", 256, 64, Sampling(0, 1)), tmp_path / "out")
    config, quantization = read_model(tmp_path / "out" / "mlc-chat-config.json", None)
    assert (config, quantization.name) == (ModelConfig.from_json(TINY, "tiny"), "q4f32_1")
    assert read_model(tmp_path / "hf" / "config.json", "q4f16_1")[1].name == "q4f16_1"
    for path, name, message in (
        ("out/mlc-chat-config.json", "q4f16_1", "was converted to q4f32_1"),
        ("hf/config.json", None, "names no quantization"),
    ):
        with pytest.raises(CompilerError, match=message):
            read_model(tmp_path / path, name)
