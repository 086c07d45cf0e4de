"""The page's engines with SmolLM2's GGUF files, against the compiler's numbers: src/**/*.real.test.ts in Chromium."""

import os
import shutil
import subprocess
from pathlib import Path

import for_page
import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDS = [
    (os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome"), "no Chromium"),
    (shutil.which("em++"), "no emscripten"),
    (shutil.which("node"), "no node"),
]
pytestmark = [pytest.mark.skipif(not found, reason=reason) for found, reason in NEEDS]


def test_the_page_reads_the_file_itself(tmp_path: Path) -> None:
    try:
        for_page.main(tmp_path)
    except OSError as error:
        pytest.skip(str(error))
    command = ["node", "node_modules/vitest/vitest.mjs", "run", "--project", "real-model"]
    environment = {**os.environ, "THINKTAB_REAL_MODEL": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    print("\n".join(line for line in done.stdout.splitlines() if "perplexity" in line))
    assert done.returncode == 0, done.stdout + done.stderr
