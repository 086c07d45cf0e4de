"""Only this file uses names of TVM that are not its public interface; pyproject.toml pins the version exactly.

They are underscore names of its frontend, functions of its runtime by their registered names, and the way its host code
launches a kernel. The tests in tests/test_tvm_private.py list all of them, so that another version fails there.
"""

import re
import struct
from collections.abc import Callable
from ctypes import c_void_p
from dataclasses import dataclass
from functools import partial
from typing import Any

import tvm
import tvm_ffi
from tvm import relax, tirx
from tvm.relax.frontend import nn
from tvm.relax.frontend.nn.llm import kv_cache as stock
from tvm.relax.frontend.nn.llm.kv_cache import PagedKVCache
from tvm.target import Target

CREATE_CACHE = "vm.builtin.paged_attention_kv_cache_create"
CREATE_CACHE_ARGUMENTS = 28
_FORMATS = {"i32": "i", "u32": "I", "f32": "f"}  # of the uniform's fields, as `struct` names them
ATTENTION = "vm.builtin.attention_kv_cache_attention_with_fused_qkv"


def created_cache(arguments: list[Any]) -> PagedKVCache:
    """The runtime's paged KV cache from its constructor's CREATE_CACHE_ARGUMENTS positional arguments."""
    assert len(arguments) == CREATE_CACHE_ARGUMENTS
    create = relax.call_pure_packed(CREATE_CACHE, *arguments, ty_args=relax.AnyType())
    return PagedKVCache(_expr=create, _name="paged_kv_cache")


def attention(cache: PagedKVCache, layer: int, scale: float, qkv: nn.Tensor, shape: tuple[Any, ...]) -> nn.Tensor:
    """The runtime's attention: rotates and stores qkv [s, heads and kv heads, head_dim] -> a tensor of `shape`."""
    arguments = [cache._expr, relax.prim_value(layer), relax.prim_value(scale), qkv._expr]
    mixed = relax.call_dps_packed(ATTENTION, arguments, out_ty=relax.TensorType(shape, qkv.dtype))
    return nn.Tensor(_expr=relax.BlockBuilder.current().emit(mixed))


def copy_page_kernel(kv_heads: int, page: int, head_dim: int, dtype: str) -> tirx.PrimFunc:
    """TVM's kernel which copies positions of a page when a sequence forks."""
    return stock._copy_single_page(kv_heads, page, head_dim, dtype, Target.current())


def stock_merge_kernel(heads: int, head_dim: int) -> tirx.PrimFunc:
    """TVM's own merge of two partial attentions, which has a data race; only a test needs it."""
    return stock._merge_state_inplace(heads, head_dim, "float32", Target.current(), "tir_attention_merge_state")


@dataclass(frozen=True)
class Launch:
    """The values that host code hands to the kernel whose code is `wgsl`.

    `buffers` are addresses in the order of the WGSL's bindings, and `uniform` is the content of the last binding.
    `groups` counts the workgroups along one or two dimensions.
    """

    wgsl: str
    buffers: tuple[int, ...]
    uniform: bytes
    groups: tuple[int, ...]


def kernel_parts(wgsl: str) -> dict[str, str]:
    """The kernels in TVM's WGSL by their names in it, each with all of its code."""
    parts = re.split(r"(?=^// Function: )", wgsl, flags=re.MULTILINE)
    named = ((re.search(r"@compute .*?\bfn (\w+)\(", part, re.DOTALL), part) for part in parts)
    return {name[1]: part for name, part in named if name is not None}


def webgpu_kernel(function: tirx.PrimFunc) -> tuple[str, Callable[..., list[Launch]]]:
    """WGSL of a scheduled kernel, and its host code for this machine, which takes tensors and numbers.

    The host code is TVM's own: it derives sizes and offsets from the tensors, and allocates what lies between two
    launches. TVM's runtime for Python has no WebGPU, so the CPU stands for that device, and functions registered under
    the names of the launches note them.
    """
    cpu = tvm_ffi.get_global_func("device_api.cpu")
    tvm_ffi.register_global_func("device_api.webgpu", cpu, override=True)
    target = Target({"kind": "webgpu"}, host={"kind": "llvm"})
    module = tvm.IRModule({"main": function.with_attr("global_symbol", "main")})
    module = tirx.transform.ForceNarrowIndexToInt32()(tirx.transform.BindTarget(target)(module))
    # the assertions would refuse tensors which do not lie on a GPU
    with tvm.transform.PassContext(config={"tirx.disable_assert": True}):
        host = tvm.compile(module, target=target).mod
    (device,) = host.imports
    wgsl = device.inspect_source()
    host.clear_imports()
    parts, launches = kernel_parts(wgsl), list[Launch]()

    def note(part: str, *arguments: Any) -> None:
        buffers = [argument.value or 0 for argument in arguments if isinstance(argument, c_void_p)]
        launches.append(_launch(part, buffers, list(arguments[len(buffers) :])))

    def launch(*arguments: Any) -> list[Launch]:
        for name, part in parts.items():
            tvm_ffi.register_global_func(name, partial(note, part), override=True)
        host["main"](*arguments)
        noted = launches[:]
        launches.clear()
        return noted

    return wgsl, launch


def _launch(wgsl: str, buffers: list[int], numbers: list[float]) -> Launch:
    """`numbers` are the fields of the uniform but the last, the workgroups of each dimension, and the threads of one.

    The last field repeats the workgroups of the first dimension, as TVM's runtime for the web fills it.
    """
    fields = re.search(r"struct PODArgs \{(.*?)\}", wgsl, re.DOTALL)
    assert fields is not None
    types = re.findall(r": (\w+)", fields[1])
    values, groups = numbers[: len(types) - 1], [int(count) for count in numbers[len(types) - 1 : -1]]
    uniform = struct.pack("<" + "".join(_FORMATS[kind] for kind in types), *values, groups[0])
    return Launch(wgsl, tuple(buffers), uniform, tuple(groups))


def address(tensor: tvm.runtime.Tensor) -> int:
    """The address of a tensor's memory; for a view, that of its whole tensor."""
    return int(tensor.data_ptr())


def view(tensor: tvm.runtime.Tensor, shape: tuple[int, ...], offset: int) -> tvm.runtime.Tensor:
    """A part of a tensor, from the element `offset` on."""
    itemsize = tvm.DataType(tensor.dtype).itemsize
    return tensor._create_view(shape, tensor.dtype, relative_byte_offset=offset * itemsize)
