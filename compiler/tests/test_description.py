"""The description inside compiled kernels."""

from pathlib import Path

import pytest
from random_models import MODELS, make_kernels

from thinktab_compiler.browser import offered_index
from thinktab_compiler.description import (
    count_dispatches,
    describe_kernels,
    description_text,
    embed_description,
    launches_of,
    read_description,
)
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.wasm import add_section, read_section

EMPTY_MODULE = b"\0asm\x01\0\0\0"
WEBGPU_DEFAULTS = {
    "maxStorageBuffersPerShaderStage": 8,
    "maxComputeWorkgroupStorageSize": 16384,
    "maxComputeInvocationsPerWorkgroup": 256,
    "maxComputeWorkgroupSizeX": 256,
}


@pytest.mark.parametrize("length", [0, 127, 128, 70000])
def test_sections_are_found_again(length: int) -> None:
    module = add_section(add_section(EMPTY_MODULE, "first", b"x" * length), "second", b"y")
    assert read_section(module, "first") == b"x" * length
    assert read_section(module, "second") == b"y"
    assert read_section(module, "third") is None


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"GIF89a", "not a WebAssembly module"),
        (EMPTY_MODULE, "no description"),
        (add_section(EMPTY_MODULE, "thinktab", b"{}")[:-1], "truncated"),
    ],
)
def test_other_files_are_refused_by_name(tmp_path: Path, content: bytes, named: str) -> None:
    (tmp_path / "x.wasm").write_bytes(content)
    with pytest.raises(CompilerError, match=named) as caught:
        read_description(tmp_path / "x.wasm")
    assert "x.wasm" in str(caught.value)


def test_kernels_are_read_from_wgsl() -> None:
    source = """// Function: scale_kernel
enable f16;
@group(0) @binding(0) var<storage, read> a : array<f16>;
@group(0) @binding(1) var<storage, read_write> b : array<f32>;
var<workgroup> s : array<f32, 256>;
var<workgroup> h : array<f16, 10>;
@compute @workgroup_size(64, 2, 1)
fn scale_kernel(
"""
    assert describe_kernels(source) == [
        {"name": "scale", "threads": 128, "buffers": 2, "sharedBytes": 1044, "f16": True}
    ]


def test_a_function_with_two_launches_counts_twice() -> None:
    source = "".join(
        f"// Function: {name}\n@compute @workgroup_size(8, 1, 1)\nfn {name}(\n"
        for name in ("matmul1_kernel", "softmax_kernel", "softmax_kernel_1", "batch_decode_paged_kv_kernel")
    )
    assert [kernel["name"] for kernel in describe_kernels(source)] == [
        "matmul1",
        "softmax",
        "softmax_1",
        "batch_decode_paged_kv",
    ]
    decode = "  call  matmul1\n  call  vm.builtin.attention_kv_cache_attention_with_fused_qkv\n  call  matmul1\n"
    around = {"embed": "", "softmax_with_temperature": "  call  softmax\n", "sample_with_top_p": ""}
    text = "".join(f"@{name}:\n{body}" for name, body in {"decode": decode, **around}.items())
    counts = {"matmul1": 2, "batch_decode_paged_kv": 1, "softmax": 1, "softmax_1": 1}
    assert count_dispatches(text, launches_of(source)) == counts


@pytest.mark.usefixtures("chrome")  # or it skips
@pytest.mark.parametrize(("architecture", "per_layer"), [("qwen2", 8), ("llama", 8), ("qwen3", 9)])
def test_gpu_kernels_stay_within_the_default_limits(tmp_path: Path, architecture: str, per_layer: int) -> None:
    kernels = make_kernels(tmp_path, architecture, "q4f16_1", shader_f16=True, profile="gpu")
    described = read_description(kernels)
    assert described["features"] == ["shader-f16"] and described["kvCache"]["dtype"] == "float16"
    for name, limit in WEBGPU_DEFAULTS.items():
        assert 0 < described["limits"][name] <= limit, name
    layers = MODELS[architecture]["num_hidden_layers"]
    assert sum(described["dispatches"].values()) == per_layer * layers + 6
    text = description_text(described)
    assert f"{per_layer} of them for each layer" in text and f"{10 * layers + 3} a decoded token" in text


def test_the_index_offers_f16_as_pairs_to_kernels_without_the_feature() -> None:
    records = [
        {"name": "a.q_weight", "dtype": "uint32", "shape": [4, 8], "nbytes": 128, "byteOffset": 0},
        {"name": "a.q_scale", "dtype": "float16", "shape": [4, 2], "nbytes": 16, "byteOffset": 128},
    ]
    index = {"metadata": {}, "records": [{"dataPath": "params_shard_0.bin", "records": records}]}
    assert offered_index(index, {"features": ["shader-f16"]}) == index
    offered = offered_index(index, {"features": []})["records"][0]["records"]
    assert offered == [records[0], {**records[1], "dtype": "uint32", "shape": [4, 1]}]
    assert embed_description(EMPTY_MODULE, {"features": []}).endswith(b'{"features":[]}')
