"""The description inside compiled kernels: needed WebGPU features and limits, each kernel, dispatches for each token.

It is made from the compiled module and lies in the custom section `thinktab` of the .wasm file. Sites and `describe`
read it; WebLLM reads `_metadata` instead.
"""

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np

from . import __version__
from .errors import CompilerError
from .tvm_private import kernel_parts
from .wasm import add_section, read_section

_SECTION = "thinktab"
_LAUNCH = re.compile(r"_kernel(_\d+)?$")
_BYTES = {"f16": 2, "f32": 4, "i32": 4, "u32": 4}
_ATTENTION = "vm.builtin.attention_kv_cache_attention_with_fused_qkv"
# the kernels which the runtime's KV cache launches for each layer of a decode step
_ATTENTION_KERNELS = ("tir_split_rotary", "kv_cache_transpose_append", "batch_decode_paged_kv")
# outside `decode`, for each token
_AROUND = ("embed", "softmax_with_temperature", "sample_with_top_p")
# counted in MLC's own library for Qwen2-0.5B: 243 with 24 layers
STOCK_PER_LAYER, STOCK_AROUND = 10, 3


def describe_kernels(source: str) -> list[dict[str, Any]]:
    """Name, threads of a workgroup, storage buffers, shared memory and use of f16 of each kernel in TVM's WGSL.

    TVM names the launches of a function f `f_kernel`, `f_kernel_1`, ..; here they are f, f_1, ..
    """
    found = []
    for name, part in kernel_parts(source).items():
        size = re.search(r"@workgroup_size\((\d+), (\d+), (\d+)\)", part)
        if size is None:
            continue
        shared = re.findall(r"var<workgroup> \w+ : array<(\w+), (\d+)>", part)
        found.append(
            {
                "name": _LAUNCH.sub(r"\1", name),
                "threads": math.prod(int(n) for n in size.groups()),
                "buffers": len(re.findall(r"var<storage", part)),
                "sharedBytes": sum(_BYTES[kind] * int(count) for kind, count in shared),
                "f16": "enable f16;" in part,
            }
        )
    return found


def launches_of(source: str) -> dict[str, list[str]]:
    """Function -> the names of its launches, in their order."""
    found: dict[str, list[str]] = {}
    for name in kernel_parts(source):
        found.setdefault(_LAUNCH.sub("", name), []).append(_LAUNCH.sub(r"\1", name))
    return found


def count_dispatches(vm_text: str, launches: dict[str, list[str]]) -> dict[str, int]:
    """Launches of each kernel for one decoded token, from the VM's assembly and `launches_of` the WGSL."""
    counts = dict[str, int]()
    for function in ("decode", *_AROUND):
        body = re.search(rf"^@{function}:\n(.*?)(?=^@|\Z)", vm_text, re.MULTILINE | re.DOTALL)
        if body is None:
            raise CompilerError(f"The compiled kernels lack the function {function}.")
        for called in re.findall(r"^\s+call\s+(\S+)", body[1], re.MULTILINE):
            for name in _ATTENTION_KERNELS if called == _ATTENTION else (called,):
                for launch in launches.get(name, []):
                    counts[launch] = counts.get(launch, 0) + 1
    return counts


def needed_limits(kernels: list[dict[str, Any]], parameters: list[dict[str, Any]]) -> dict[str, int]:
    """The WebGPU limits which kernels and weights need, under WebGPU's names; the KV cache's buffers come on top."""
    largest = max(math.prod(p["shape"]) * np.dtype(p["dtype"]).itemsize for p in parameters)
    threads = max(kernel["threads"] for kernel in kernels)
    return {
        "maxStorageBuffersPerShaderStage": max(kernel["buffers"] for kernel in kernels),
        "maxComputeWorkgroupStorageSize": max(kernel["sharedBytes"] for kernel in kernels),
        "maxComputeInvocationsPerWorkgroup": threads,
        "maxComputeWorkgroupSizeX": threads,
        "maxStorageBufferBindingSize": largest,
        "maxBufferSize": largest,
    }


def describe_build(
    metadata: dict[str, Any], profile: str, config: dict[str, Any], pages: str, source: str, vm_text: str
) -> dict[str, Any]:
    """The description of compiled kernels; `source` is its WGSL, `pages` the element type of the KV cache."""
    kernels = describe_kernels(source)
    dispatches = count_dispatches(vm_text, launches_of(source))
    per_position = 2 * config["num_key_value_heads"] * config["head_dim"] * np.dtype(pages).itemsize
    return {
        "compiler": f"thinktab-compiler {__version__}",
        "profile": profile,
        "quantization": metadata["quantization"],
        "context": metadata["context_window_size"],
        "prefillChunk": metadata["prefill_chunk_size"],
        "config": config,
        "features": ["shader-f16"] if any(kernel["f16"] for kernel in kernels) else [],
        "limits": needed_limits(kernels, metadata["params"]),
        "kvCache": {"dtype": pages, "bytesPerToken": per_position * config["num_hidden_layers"]},
        "dispatches": dispatches,
        "kernels": kernels,
    }


def embed_description(module: bytes, description: dict[str, Any]) -> bytes:
    """The module with the description in it."""
    return add_section(module, _SECTION, json.dumps(description, separators=(",", ":")).encode())


def read_description(kernels: Path) -> dict[str, Any]:
    """The description in a file of kernels; raises CompilerError when it holds none."""
    if not kernels.is_file():
        raise CompilerError(f"{kernels} does not exist.")
    try:
        section = read_section(kernels.read_bytes(), _SECTION)
    except CompilerError as error:
        raise CompilerError(f"{kernels}: {error}") from None
    if section is None:
        raise CompilerError(f"{kernels} holds no description; it was not made by this compiler.")
    return json.loads(section)


def dispatch_totals(description: dict[str, Any]) -> tuple[int, int]:
    """Kernel launches for a decoded token, and how many of them each layer makes; for models of several layers."""
    counts, layers = description["dispatches"].values(), description["config"]["num_hidden_layers"]
    total = sum(counts)
    # With several layouts, layers differ in their kernels, but not in the number of launches.
    return total, total // layers if "layouts" in description else sum(count // layers for count in counts)


def description_text(description: dict[str, Any]) -> str:
    """The description for a reader."""
    d, layers = description, description["config"]["num_hidden_layers"]
    total, per_layer = dispatch_totals(description)
    lines = [
        f"model        {d['config']['model_type']}, {layers} layers, hidden {d['config']['hidden_size']}",
        f"weights      {d['quantization']}",
        f"KV cache     {d['kvCache']['dtype']}, {d['kvCache']['bytesPerToken']:,} bytes a token",
        f"made for     profile {d['profile']}, context up to {d['context']}, prefill chunk {d['prefillChunk']}",
        f"made by      {d['compiler']}",
        f"features     {', '.join(d['features']) or 'none'}",
        *(f"limit        {name} >= {value:,}" for name, value in d["limits"].items()),
        f"dispatches   {total} a decoded token, {per_layer} of them for each layer",
        f"stock shape  {STOCK_PER_LAYER * layers + STOCK_AROUND} a decoded token, {STOCK_PER_LAYER} for each layer",
        "",
        f"{'kernel':32} {'threads':>7} {'buffers':>7} {'shared':>7} {'a token':>8}",
    ]
    for k in d["kernels"]:
        launches = d["dispatches"].get(k["name"], 0)
        lines.append(f"{k['name']:32} {k['threads']:7} {k['buffers']:7} {k['sharedBytes']:7} {launches:8}")
    return "\n".join(lines)
