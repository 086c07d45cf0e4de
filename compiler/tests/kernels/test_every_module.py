"""Every module of kernels/ has a numeric test here, and each test is of a module there."""

from pathlib import Path

from thinktab_compiler import kernels

NO_KERNELS = {"__init__", "profile"}  # a table and its class
OWN = {"every_module"}


def test_every_module_has_its_test() -> None:
    modules = {path.stem for path in Path(kernels.__path__[0]).rglob("*.py")} - NO_KERNELS
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")} - OWN
    assert tests == modules
