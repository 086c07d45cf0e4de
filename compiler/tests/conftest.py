"""Options of the optional test groups."""

import shutil
from pathlib import Path

import pytest

from thinktab_compiler.browser import Lavapipe


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--wide", action="store_true", help="every architecture, quantization and profile in Chromium")
    parser.addoption(
        "--full", action="store_true", help="the whole configuration of R1-Distill-Qwen-1.5B: 8 GB, minutes"
    )
    parser.addoption("--lavapipe", type=Path, metavar="FOLDER", help="f16 kernels, on what check/lavapipe.sh put there")
    parser.addoption("--chrome", default=shutil.which("chromium"), help="path of a Chromium")
    parser.addoption("--chrome-flags", default="", help="further ones of its command line, for test_agreement.py")
    parser.addoption("--shader-f16", action="store_true", help="test_agreement.py: q4f16_1 with it, for a GPU")


@pytest.fixture(scope="session")
def chrome(request: pytest.FixtureRequest) -> str:
    """Path of a Chromium, beside Node and emscripten; skips if one is missing."""
    path = request.config.getoption("--chrome")
    for name, found in (("Chromium", path), ("Node", shutil.which("node")), ("emscripten", shutil.which("em++"))):
        if not found:
            pytest.skip(f"{name} is not installed")
    return path


@pytest.fixture(scope="session")
def lavapipe(request: pytest.FixtureRequest) -> Lavapipe:
    """The folder of lavapipe, on which f16 kernels run; skips without it."""
    folder = request.config.getoption("--lavapipe")
    if folder is None:
        pytest.skip("needs a software Vulkan driver with f16; run check/lavapipe.sh FOLDER and give --lavapipe FOLDER")
    return Lavapipe(folder)
