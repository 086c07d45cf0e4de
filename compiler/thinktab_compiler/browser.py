"""Runs a model through WebLLM, step by step, in Chromium or in Node, or through llama.cpp in Chromium.

check/ is the JavaScript side.
"""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .description import read_description
from .errors import CompilerError
from .files import read_json
from .shards import INDEX_NAME

_SCRIPTS = Path(__file__).resolve().parent.parent / "check"


class Runner(Protocol):
    """The place in which WebLLM runs."""

    script: str

    def settings(self) -> dict[str, Any]:
        """Fields of the job for the script."""

    def environment(self) -> dict[str, str]:
        """Environment variables of the script's process."""


@dataclass(frozen=True)
class Chromium:
    """A headless Chromium; its WebGPU adapter is SwiftShader if there is no GPU.

    `path` is its executable, `flags` are further ones of its command line.
    """

    path: str
    flags: tuple[str, ...] = ()
    script = "run.mjs"

    def settings(self) -> dict[str, Any]:
        """Fields of the job for the script."""
        return {"chrome": self.path, "flags": self.flags}

    def environment(self) -> dict[str, str]:
        """Environment variables of the script's process."""
        return {}


@dataclass(frozen=True)
class Lavapipe:
    """Dawn in Node on Mesa's software driver, which has `shader-f16`; `folder` was made by check/lavapipe.sh."""

    folder: Path
    script = "node.mjs"

    def settings(self) -> dict[str, Any]:
        """Fields of the job for the script."""
        return {"dawn": str(self.folder.resolve())}

    def environment(self) -> dict[str, str]:
        """Environment variables of the script's process."""
        drivers = sorted((self.folder / "mesa").glob("usr/share/vulkan/icd.d/lvp_icd*.json"))
        libraries = sorted((self.folder / "mesa/usr/lib").glob("*-linux-gnu"))
        if not drivers or not libraries:
            raise CompilerError(f"{self.folder} holds no driver; make it with check/lavapipe.sh.")
        return {
            "VK_ICD_FILENAMES": str(drivers[0].resolve()),
            "LD_LIBRARY_PATH": str(libraries[0].resolve()),
        }


def run_steps(folder: Path, kernels: Path, runner: Runner, steps: list[dict[str, Any]]) -> list[Any]:
    """The load's time in ms, then the result of each step, which names a function of page.mjs and its arguments."""
    with tempfile.TemporaryDirectory(prefix="thinktab-check-") as temporary:
        index = Path(temporary) / "index.json"
        index.write_text(json.dumps(offered_index(read_json(folder / INDEX_NAME), read_description(kernels))))
        paths = {"folder": folder.resolve(), "kernels": kernels.resolve(), "index": index}
        fields = {**{name: str(path) for name, path in paths.items()}, **runner.settings()}
        return _results(runner.script, {**fields, "steps": steps}, runner.environment())


def run_in_browser(folder: Path, kernels: Path, chrome: str, steps: list[dict[str, Any]]) -> list[Any]:
    """`run_steps` in the Chromium at `chrome`."""
    return run_steps(folder, kernels, Chromium(chrome), steps)


def llama_replies(
    gguf: Path, chrome: str, prompts: list[list[int]], context: int, end: int, most: int
) -> list[list[int]]:
    """llama.cpp's greedy reply to each prompt, in the Chromium at `chrome` on the processor.

    Token ids up to and with `end`, or `most` of them, or as many as the context has room for.
    """
    fields = {"gguf": str(gguf.resolve()), "chrome": chrome, "context": context, "end": end, "most": most}
    return _results("llama.mjs", {**fields, "prompts": prompts}, {})


def _results(script: str, job: dict[str, Any], environment: dict[str, str]) -> list[Any]:
    """What a script of check/ writes for a job."""
    with tempfile.TemporaryDirectory(prefix="thinktab-job-") as temporary:
        file, output = (Path(temporary) / f"{name}.json" for name in ("job", "results"))
        file.write_text(json.dumps({**job, "output": str(output)}))
        command = ["node", str(_SCRIPTS / script), str(file)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, env={**os.environ, **environment}
            )
        except FileNotFoundError:
            raise CompilerError("node was not found; the check needs Node 20 and the site's npm packages.") from None
        if done.returncode or not output.is_file():
            raise CompilerError(f"The run of {script} failed: {(done.stderr or done.stdout).strip()[:1500]}")
        return json.loads(output.read_text())


def offered_index(index: dict[str, Any], description: dict[str, Any]) -> dict[str, Any]:
    """The index of the shards as the kernels want it: without `shader-f16`, f16 tensors are read as pairs in u32 words.

    The bytes stay the same; only dtype and last dimension of the records change.
    """
    if "shader-f16" in description["features"]:
        return index

    def offered(record: dict[str, Any]) -> dict[str, Any]:
        if record["dtype"] != "float16":
            return record
        *leading, last = record["shape"]
        return {**record, "dtype": "uint32", "shape": [*leading, last // 2]}

    shards = [{**shard, "records": [offered(record) for record in shard["records"]]} for shard in index["records"]]
    return {**index, "records": shards}
