"""Emscripten: the TVM runtime as objects (built once, cached) and the link of kernels."""

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Literal

from .errors import CompilerError
from .progress import Step, quiet

_RUNTIME_SOURCES = Path(__file__).resolve().parent.parent / "runtime"
_WHEELS = ("apache-tvm", "apache-tvm-ffi")
_UNITS = ("wasm_runtime", "library_support", "webgpu_runtime")

# Parts of TVM's wasm runtime which no kernels call: remote procedure calls, sorting, timers, recurrent state.
_LEFT_OUT = (
    "src/runtime/rpc/",
    "src/runtime/extra/contrib/sort",
    "src/runtime/timer.cc",
    "src/runtime/vm/rnn_state.cc",
    "3rdparty/tvm-ffi/src/ffi/testing/",
)

# The KV cache works on f32 queries, keys, values and outputs while its pages may be f16. The runtime allocates its
# working tensors with the pages' type, and insists on one type for all. Each line must occur exactly this often.
_PAGED_CACHE = "src/runtime/vm/paged_kv_cache.cc"
_PATCHES = (
    ("qk_head_dim}, dtype, device);", "qk_head_dim}, DLDataType{kDLFloat, 32, 1}, device);", 2),
    ("v_head_dim}, dtype, device);", "v_head_dim}, DLDataType{kDLFloat, 32, 1}, device);", 2),
    (
        "TVM_FFI_ICHECK(qkv_data.DataType() == pages.DataType());\n"
        "    TVM_FFI_ICHECK(o_data.DataType() == pages.DataType());\n",
        "",
        1,
    ),
)
_COMPILE_FLAGS = (
    "-I.", "-Iinclude", "-I3rdparty/tvm-ffi/include",
    "-Oz", "-std=c++17", "-Wno-ignored-attributes", "-ffunction-sections", "-fdata-sections", "-c",
)  # fmt: skip
LinkLevel = Literal["-O1", "-Oz"]  # -O1 links in seconds, -Oz makes the shipped files
_LINK_FLAGS = (
    "--no-entry",
    "-s", "WASM_BIGINT=1",
    "-s", "ERROR_ON_UNDEFINED_SYMBOLS=0",  # tvmjs provides the missing functions
    "-s", "STANDALONE_WASM=1",
    "-s", "ALLOW_MEMORY_GROWTH=1",
    "-s", "TOTAL_MEMORY=32MB",
)  # fmt: skip


def link_kernels(objects: Path, level: LinkLevel, step: Step = quiet) -> bytes:
    """Links the objects in a folder with the TVM runtime; returns the wasm module. Raises CompilerError."""
    runtime = _runtime_objects(step)
    inputs = [str(runtime / f"{unit}.o") for unit in _UNITS] + sorted(str(path) for path in objects.glob("*.o"))
    output = objects / "linked.wasm"
    with step(f"Linking with {level}"):
        _em([level, *_LINK_FLAGS, "-o", str(output), *inputs], objects)
    return output.read_bytes()


def require_emscripten() -> None:
    """Raises CompilerError if kernels cannot be linked."""
    if shutil.which("em++") is None:
        raise CompilerError("em++ was not found; install emscripten 3.1.6 or newer.")


def _em(arguments: list[str], folder: Path) -> str:
    """Runs em++ in `folder` and returns its output."""
    require_emscripten()
    done = subprocess.run(["em++", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line]
        raise CompilerError(f"em++ failed: {(lines or done.stderr.splitlines() or ['no message'])[0]}")
    return done.stdout


def _runtime_objects(step: Step) -> Path:
    """The folder with the runtime's objects, built on first use; one per combination of versions and sources."""
    key = hashlib.sha256()
    for wheel in _WHEELS:
        key.update(f"{wheel} {importlib.metadata.version(wheel)}\n".encode())
    key.update(_em(["--version"], _RUNTIME_SOURCES).splitlines()[0].encode())
    key.update(repr((_LEFT_OUT, _PATCHES, _COMPILE_FLAGS)).encode())
    for path in sorted(_RUNTIME_SOURCES.rglob("*")):
        if path.is_file():
            key.update(path.relative_to(_RUNTIME_SOURCES).as_posix().encode() + path.read_bytes())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    finished = home / "thinktab-compiler" / key.hexdigest()[:16]
    if finished.is_dir():
        return finished
    finished.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=finished.parent) as temporary:
        tree, objects = Path(temporary) / "tree", Path(temporary) / "objects"
        objects.mkdir()
        _assemble_tree(tree)
        for unit in _UNITS:
            # relative paths only: __FILE__ ends up in the kernels, whose bytes must not depend on the machine
            with step(f"Compiling TVM's runtime, once for all kernels: {unit}"):
                _em([*_COMPILE_FLAGS, "-o", f"../objects/{unit}.o", f"web/emcc/{unit}.cc"], tree)
        try:
            objects.rename(finished)
        except OSError:
            if not finished.is_dir():  # another build may have finished first
                raise
    return finished


def _assemble_tree(tree: Path) -> None:
    """Lays out a TVM source root from the two installed wheels, with our own files where the wheels lack some."""
    tvm, ffi = _installed("apache-tvm", "tvm"), _installed("apache-tvm-ffi", "tvm_ffi")
    for source, place in (
        (tvm / "src/runtime", "src/runtime"),
        (tvm / "include/tvm", "include/tvm"),
        (tvm / "web/emcc", "web/emcc"),
        (ffi / "src", "3rdparty/tvm-ffi/src"),
        (ffi / "include", "3rdparty/tvm-ffi/include"),
    ):
        if not source.is_dir():
            raise CompilerError(f"The installed wheel lacks the folder {source}.")
        shutil.copytree(source, tree / place)
    shutil.copytree(_RUNTIME_SOURCES, tree, dirs_exist_ok=True)
    runtime = tree / "web/emcc/wasm_runtime.cc"
    lines = runtime.read_text().splitlines(keepends=True)
    runtime.write_text(
        "".join(line for line in lines if not line.startswith(tuple(f'#include "{p}' for p in _LEFT_OUT)))
    )
    cache = tree / _PAGED_CACHE
    code = cache.read_text()
    for old, new, times in _PATCHES:
        if code.count(old) != times:
            raise CompilerError(f"TVM's {_PAGED_CACHE} is not the one this compiler knows: it lacks '{old}'.")
        code = code.replace(old, new)
    cache.write_text(code)


def _installed(wheel: str, package: str) -> Path:
    """The folder of an installed wheel's package."""
    return Path(str(importlib.metadata.distribution(wheel).locate_file(package)))
