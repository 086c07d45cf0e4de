"""The parts of TVM that tvm_private.py relies on, looked up in the installed TVM: signatures, registry and sources."""

import importlib.metadata
import inspect
from pathlib import Path

import numpy as np
import pytest
import tvm
import tvm_ffi
from tvm.relax.frontend import nn
from tvm.relax.frontend.nn.llm import kv_cache as stock

from thinktab_compiler import tvm_private
from thinktab_compiler.kernels.builder import ceil_div, kernel

RUNTIME = Path(str(importlib.metadata.distribution("apache-tvm").locate_file("tvm"))) / "src/runtime/vm"


def parameters(function: object) -> list[str]:
    assert callable(function)
    return list(inspect.signature(function).parameters)


def test_the_frontends_underscore_names() -> None:
    assert parameters(stock._copy_single_page) == ["num_heads", "page_size", "head_dim", "dtype", "target"]
    merge = ["num_heads", "head_dim", "v_dtype", "target", "global_symbol"]
    assert parameters(stock._merge_state_inplace) == merge
    assert parameters(stock.PagedKVCache.__init__)[1:] == ["_expr", "_name"]
    assert parameters(nn.Tensor.__init__)[1:] == ["_expr"]


@pytest.mark.parametrize("name", [tvm_private.CREATE_CACHE, tvm_private.ATTENTION])
def test_the_runtime_registers(name: str) -> None:
    assert tvm_ffi.get_global_func(name, allow_missing=True) is not None


def test_the_constructor_of_the_cache_takes_as_many_arguments() -> None:
    source = (RUNTIME / "paged_kv_cache.cc").read_text()
    body = source[source.index(f'"{tvm_private.CREATE_CACHE}"') :]
    assert f"args.size() == {tvm_private.CREATE_CACHE_ARGUMENTS} ||" in body
    assert f"f_compact_copy = args[{tvm_private.CREATE_CACHE_ARGUMENTS - 1}]" in body


def test_a_launch_is_what_the_host_code_computes() -> None:
    """Addresses by binding, then the sizes and the offset, which only the tensors have."""
    with kernel() as k:
        n = k.size()
        source, factor = k.argument((n, 3), "float32", offset=True), k.scalar("float32")
        out = k.argument((n, 3), "float32")
        with k.threads(64, 2, ceil_div(n, 4)) as (_, by, thread), k.when(by * 4 + thread % 4 < n):
            out[by * 4 + thread % 4, thread % 3] = source[by * 4 + thread % 4, thread % 3] * factor
    wgsl, launch = tvm_private.webgpu_kernel(k.function)
    assert "fn main_kernel(" in wgsl
    whole, result = (tvm.runtime.tensor(np.zeros((rows, 3), np.float32)) for rows in (12, 9))
    view = tvm_private.view(whole, (9, 3), 3)
    (found,) = launch(view, 0.5, result)
    assert found.wgsl in wgsl
    assert sorted(found.buffers) == sorted(tvm_private.address(tensor) for tensor in (whole, result))
    assert found.groups == (2, 3)
    numbers = {int(value) for value in np.frombuffer(found.uniform, np.int32)}
    assert {9, 3, 2, int(np.float32(0.5).view(np.int32))} <= numbers  # rows, offset, groups of x, factor
