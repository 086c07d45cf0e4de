"""Builds WebLLM kernels and weights for Thinktab from Hugging Face checkpoints."""

__version__ = "0.1.0"
