"""Kernel profiles: the WGSL kernels of a library, written for one kind of WebGPU adapter.

A profile is an object with the members of `SoftwareProfile`; models and libraries know it only through them.
"""

from ..errors import CompilerError
from .software import AttentionKernels, LinearSpec, SoftwareProfile

__all__ = ["AttentionKernels", "LinearSpec", "SoftwareProfile", "profile_named"]

_PROFILES = {"software": SoftwareProfile}


def profile_named(name: str) -> SoftwareProfile:
    """The kernel profile of that name; raises CompilerError for an unknown one."""
    if name not in _PROFILES:
        raise CompilerError(f"The kernel profile '{name}' is not supported; known: {', '.join(sorted(_PROFILES))}.")
    return _PROFILES[name]()
