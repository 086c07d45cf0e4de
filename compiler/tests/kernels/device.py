"""Runs one kernel as WebGPU runs it: the WGSL that ships, in Chromium or in Node, launched by TVM's own host code."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tvm
from tvm import tirx

from thinktab_compiler.browser import Runner
from thinktab_compiler.tvm_private import Launch, address, view, webgpu_kernel

SCRIPT = Path(__file__).resolve().parents[2] / "check" / "kernels.mjs"


@dataclass(frozen=True)
class View:
    """An argument which is a part of an array: elements of `shape` from `offset` on."""

    array: np.ndarray
    shape: tuple[int, ...]
    offset: int


Argument = np.ndarray | View | int | float


class Device:
    """A WebGPU device with the default limits; `f16` says whether it has `shader-f16`."""

    def __init__(self, runner: Runner) -> None:
        environment = {**os.environ, **runner.environment()}
        command = ["node", str(SCRIPT), json.dumps(runner.settings())]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self.f16 = bool(self._answer()["f16"])
        self._compiled: dict[tirx.PrimFunc, tuple[str, Callable[..., list[Launch]]]] = {}

    def run(self, function: tirx.PrimFunc, *arguments: Argument) -> None:
        """Runs the kernel once; array arguments then hold the content of its buffers."""
        if function not in self._compiled:
            self._compiled[function] = webgpu_kernel(function)
        _, launch = self._compiled[function]
        held = [argument.array if isinstance(argument, View) else argument for argument in arguments]
        arrays = {id(array): array for array in held if isinstance(array, np.ndarray)}
        tensors = {key: tvm.runtime.tensor(array) for key, array in arrays.items()}
        launches = launch(*(_passed(argument, tensors) for argument in arguments))
        places = {address(tensor): index for index, tensor in enumerate(tensors.values())}
        for launched in launches:  # what no argument holds is a workspace
            for place in launched.buffers:
                places.setdefault(place, len(places))
        job = {
            "buffers": [_words(array).tolist() for array in arrays.values()],
            "workspaces": len(places) - len(arrays),
            "launches": [
                {
                    "wgsl": launched.wgsl,
                    "buffers": [places[place] for place in launched.buffers],
                    "uniform": np.frombuffer(launched.uniform, np.uint32).tolist(),
                    "groups": launched.groups,
                }
                for launched in launches
            ],
        }
        assert self._process.stdin is not None
        print(json.dumps(job), file=self._process.stdin, flush=True)
        for array, words in zip(arrays.values(), self._answer(), strict=True):
            array[...] = np.array(words, np.uint32).view(array.dtype)[: array.size].reshape(array.shape)

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process which runs the kernels has ended"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer


def _passed(argument: Argument, tensors: dict[int, tvm.runtime.Tensor]) -> object:
    if isinstance(argument, View):
        return view(tensors[id(argument.array)], argument.shape, argument.offset)
    return tensors[id(argument)] if isinstance(argument, np.ndarray) else argument


def _words(array: np.ndarray) -> np.ndarray:
    """The array's bytes as u32 words; an odd number of f16 ends with a zero."""
    content = np.ascontiguousarray(array).tobytes()
    return np.frombuffer(content + b"\0" * (-len(content) % 4), np.uint32)
