"""Kernel profiles: the kernels of a model, written for one kind of WebGPU adapter."""

from ..errors import CompilerError
from .gpu import GPU
from .linear import LinearSpec
from .profile import Profile
from .software import SOFTWARE

__all__ = ["PROFILES", "LinearSpec", "Profile", "profile_named"]

PROFILES = {profile.name: profile for profile in (GPU, SOFTWARE)}


def profile_named(name: str) -> Profile:
    """The kernel profile of that name; raises CompilerError for an unknown one."""
    if name not in PROFILES:
        raise CompilerError(f"The kernel profile '{name}' is not supported; known: {', '.join(sorted(PROFILES))}.")
    return PROFILES[name]
