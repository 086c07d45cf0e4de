"""The kit for a machine with a GPU, test/gpu/kit.mjs, on a software adapter."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMALL = ["--contexts", "20", "--steps", "1", "--prompts", "1", "--read-mib", "1", "--no-forced"]


def test_the_kit_measures_every_kernel_of_a_token(request: pytest.FixtureRequest, chrome: str, tmp_path: Path) -> None:
    if not request.config.getoption("--wide"):
        pytest.skip("takes a minute; run with --wide")
    kernels = ROOT / "public/models/nano/nano-gpu.wasm"
    command = [
        "node",
        str(ROOT / "test/gpu/kit.mjs"),
        "--kernels",
        str(kernels),
        *SMALL,
        "--out",
        str(tmp_path / "results"),
    ]
    subprocess.run(command, check=True, timeout=300, env={**os.environ, "CHROME_PATH": chrome})
    (run,) = json.loads((tmp_path / "results.json").read_text())["runs"]
    assert run["selfTest"] == {"equal": 1, "prompts": 1}
    timings = run["decodes"][0]["kernels"]
    assert [timing["name"] for timing in timings][-2:] == ["top_p_sample", "top_p_sample_1"]
    # A kernel that finds nonsense in the place of what it reads may run for a minute.
    assert all(0 < timing["microseconds"] < 1e6 for timing in timings), timings
