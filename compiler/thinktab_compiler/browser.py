"""Runs a model in Chromium through WebLLM, step by step; the other side is check/page.mjs."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from .errors import CompilerError

_RUNNER = Path(__file__).resolve().parent.parent / "check" / "run.mjs"


def run_in_browser(folder: Path, library: Path, chrome: str, steps: list[dict[str, Any]]) -> list[Any]:
    """The time of the load in ms, then the result of each step, which names a function of page.mjs and its arguments."""
    with tempfile.TemporaryDirectory(prefix="thinktab-check-") as temporary:
        job, output = Path(temporary) / "job.json", Path(temporary) / "results.json"
        paths = {
            "folder": str(folder.resolve()),
            "library": str(library.resolve()),
            "chrome": chrome,
            "output": str(output),
        }
        job.write_text(json.dumps({**paths, "steps": steps}))
        try:
            done = subprocess.run(["node", str(_RUNNER), str(job)], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise CompilerError("node was not found; the check needs Node 20 and the site's npm packages.") from None
        if done.returncode or not output.is_file():
            raise CompilerError(f"The browser run failed: {(done.stderr or done.stdout).strip()[:1500]}")
        return json.loads(output.read_text())
