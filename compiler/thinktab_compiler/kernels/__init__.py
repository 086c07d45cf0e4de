"""Kernel profiles: the WGSL kernels of a library, written for one kind of WebGPU adapter."""

from ..errors import CompilerError
from .gpu import GpuProfile
from .linear import LinearSpec
from .profile import AttentionKernels, Profile
from .software import SoftwareProfile

__all__ = ["AttentionKernels", "LinearSpec", "Profile", "profile_named"]

_PROFILES: dict[str, type[Profile]] = {"gpu": GpuProfile, "software": SoftwareProfile}


def profile_named(name: str) -> Profile:
    """The kernel profile of that name; raises CompilerError for an unknown one."""
    if name not in _PROFILES:
        raise CompilerError(f"The kernel profile '{name}' is not supported; known: {', '.join(sorted(_PROFILES))}.")
    return _PROFILES[name]()
