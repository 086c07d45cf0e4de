"""Four-bit group quantisation (q4): codes 0..15 around a zero point of 7, one scale per 32 weights along K.

A weight is (code - 7) * scale. Eight codes share a u32 word, the lowest nibble first.
"""

from typing import Literal

import numpy as np

from .errors import CompilerError

GROUP = 32
PER_WORD = 8
ZERO = 7
ScaleRule = Literal["max", "search"]

_SMALLEST_SCALE = np.float32(1e-12)  # keeps all-zero groups free of divisions by zero
_SEARCH_STEPS = 20
_ROWS_AT_ONCE = 2048  # bounds the working memory of the search


def _codes(groups: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """f32[N,G,32] weights and f32[N,G] scales -> f32 codes 0..15."""
    return np.clip(np.round(groups / scales[..., None]) + ZERO, 0, 15)


def _max_scales(groups: np.ndarray) -> np.ndarray:
    return np.maximum(np.abs(groups).max(-1) / np.float32(ZERO), _SMALLEST_SCALE).astype(np.float32)


def _search_scales(groups: np.ndarray) -> np.ndarray:
    """Least-squares search: each candidate's codes get their optimal scale; the smallest squared error wins.

    The codes reach from -7 to +8, so a negative scale can place a group's longer tail on the side with more codes.
    """
    best = _max_scales(groups)
    best_error = np.square(groups - (_codes(groups, best) - ZERO) * best[..., None]).sum(-1)
    largest = np.maximum(np.abs(groups).max(-1), _SMALLEST_SCALE)
    for step in range(_SEARCH_STEPS):
        divisor = np.float32(5.5 + 4.0 * step / (_SEARCH_STEPS - 1))
        for sign in (np.float32(1), np.float32(-1)):
            levels = _codes(groups, sign * largest / divisor) - ZERO
            energy = np.square(levels).sum(-1)
            fitted = (groups * levels).sum(-1) / np.maximum(energy, np.float32(1))
            fitted = np.where(np.abs(fitted) > _SMALLEST_SCALE, fitted, _SMALLEST_SCALE).astype(np.float32)
            error = np.square(groups - (_codes(groups, fitted) - ZERO) * fitted[..., None]).sum(-1)
            better = error < best_error
            best = np.where(better, fitted, best)
            best_error = np.where(better, error, best_error)
    return best


def quantize_q4(w: np.ndarray, scale: ScaleRule = "search") -> tuple[np.ndarray, np.ndarray]:
    """Quantises f32[N,K] to (words u32[N,K/8], scales f32[N,K/32]).

    "max" takes max|w|/7 of each group, which is exact for weights trained on that grid; "search" minimises the squared
    error of each group. Raises CompilerError unless K is a multiple of 32 and every weight is finite.
    """
    if w.ndim != 2 or w.shape[1] % GROUP:
        raise CompilerError(f"A matrix of shape {list(w.shape)} cannot be quantised: K must be a multiple of {GROUP}.")
    if not np.isfinite(w).all():
        raise CompilerError(
            f"A matrix of shape {list(w.shape)} cannot be quantised: it holds values that are not finite."
        )
    rows, columns = w.shape
    words = np.zeros((rows, columns // PER_WORD), np.uint32)
    scales = np.zeros((rows, columns // GROUP), np.float32)
    rule = {"max": _max_scales, "search": _search_scales}[scale]
    for first in range(0, rows, _ROWS_AT_ONCE):
        part = slice(first, min(first + _ROWS_AT_ONCE, rows))
        groups = w[part].astype(np.float32).reshape(-1, columns // GROUP, GROUP)
        scales[part] = rule(groups)
        codes = _codes(groups, scales[part]).astype(np.uint32).reshape(-1, columns // PER_WORD, PER_WORD)
        for position in range(PER_WORD):
            words[part] |= codes[..., position] << np.uint32(4 * position)
    return words, scales


def dequantize_q4(words: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """(words u32[N,K/8], scales [N,K/32]) -> f32[N,K], exactly the values which the kernels compute with."""
    rows = words.shape[0]
    shifts = np.arange(0, 4 * PER_WORD, 4, dtype=np.uint32)
    codes = ((words[..., None] >> shifts) & np.uint32(15)).astype(np.float32).reshape(rows, -1, GROUP)
    return ((codes - ZERO) * scales.astype(np.float32)[..., None]).reshape(rows, -1)
