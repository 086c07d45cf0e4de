"""The device on which the kernels run: lavapipe if --lavapipe names it, otherwise Chromium's."""

from collections.abc import Iterator

import numpy as np
import pytest
from kernels.device import Device

from thinktab_compiler.browser import Chromium, Runner
from thinktab_compiler.kernels import Profile, profile_named


@pytest.fixture(scope="session")
def device(request: pytest.FixtureRequest) -> Iterator[Device]:
    lavapipe = request.config.getoption("--lavapipe") is not None
    runner: Runner = request.getfixturevalue("lavapipe") if lavapipe else Chromium(request.getfixturevalue("chrome"))
    found = Device(runner)
    yield found
    found.close()


@pytest.fixture
def f16_device(device: Device) -> Device:
    if not device.f16:
        pytest.skip("the adapter lacks shader-f16; run with --lavapipe FOLDER")
    return device


@pytest.fixture(params=["gpu", "software"])
def profile(request: pytest.FixtureRequest) -> Profile:
    return profile_named(request.param)


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(17)
