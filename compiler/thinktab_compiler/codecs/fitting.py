"""Group quantisation in numpy: scales and codes of matrices, a least-squares search against the plain maximum."""

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np

from ..errors import CompilerError

ScaleRule = Literal["max", "search"]

_SMALLEST = np.float32(1e-12)  # keeps all-zero groups free of divisions by zero
_CANDIDATES = 10  # of each sign; 20 lower the squared error by less than 0.1 %
_REFITS = 2
_MINIMUM_REFITS = 8
_WEIGHTS_AT_ONCE = 1 << 19  # bounds the working memory of the search


def fit_symmetric(
    matrix: np.ndarray, group: int, zero: int, top: int, rule: ScaleRule, scale_type: str
) -> tuple[np.ndarray, np.ndarray]:
    """f32[N,K] -> codes u8[N,K] of 0..top and scales f32[N,K/group] with w = (code - zero) * scale.

    "max" takes max|w| / min(zero, top - zero) of each group, which is exact for weights trained on that grid. "search"
    minimises the squared error of each group. Scales are numbers that `scale_type` holds, and codes are chosen for
    these scales. Raises CompilerError if K is not a multiple of the group, or a weight is not finite.
    """

    def fit(groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        scales = _search(groups, zero, top, scale_type) if rule == "search" else _max(groups, zero, top, scale_type)
        return _levels(groups, scales, zero, top) + zero, scales

    codes, (scales,) = _by_rows(matrix, group, 1, fit)
    return codes, scales


def fit_minimum(
    matrix: np.ndarray, group: int, top: int, rule: ScaleRule, scale_type: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """f32[N,K] -> codes u8[N,K] of 0..top, scales and minima f32[N,K/group] with w = code * scale + min.

    "max" spans each group's range. "search" refits scale and minimum to the codes by least squares and keeps the
    smallest squared error. Otherwise like `fit_symmetric`.
    """

    def fit(groups: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        low = groups.min(-1)
        scale = _rounded((groups.max(-1) - low) / np.float32(top), scale_type)
        low = _rounded(low, scale_type)
        codes = _levels(groups - low[..., None], scale, 0, top)
        if rule == "search":
            codes, scale, low = _refitted(groups, codes, scale, low, top, scale_type)
        return codes, scale, low

    codes, (scales, minima) = _by_rows(matrix, group, 2, fit)
    return codes, scales, minima


def _by_rows(
    matrix: np.ndarray, group: int, values: int, fit: Callable[[np.ndarray], tuple[np.ndarray, ...]]
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Runs `fit` (f32[n,G,group] -> codes of that shape and `values` arrays [n,G]) over blocks of rows."""
    if matrix.ndim != 2 or matrix.shape[1] % group:
        raise CompilerError(
            f"A matrix of shape {list(matrix.shape)} cannot be quantised: its columns must be a multiple of {group}."
        )
    rows, columns = matrix.shape
    codes = np.empty((rows, columns), np.uint8)
    found = tuple(np.empty((rows, columns // group), np.float32) for _ in range(values))
    for part in _blocks(rows, columns):
        groups = matrix[part].astype(np.float32, copy=False).reshape(-1, columns // group, group)
        if not np.isfinite(groups).all():
            raise CompilerError(
                f"A matrix of shape {[rows, columns]} cannot be quantised: it holds values that are not finite."
            )
        block, *arrays = fit(groups)
        codes[part] = block.reshape(-1, columns)
        for target, array in zip(found, arrays, strict=True):
            target[part] = array
    return codes, found


def _blocks(rows: int, columns: int) -> Iterator[slice]:
    step = max(1, _WEIGHTS_AT_ONCE // columns)
    return (slice(first, min(first + step, rows)) for first in range(0, rows, step))


def _rounded(scales: np.ndarray, scale_type: str) -> np.ndarray:
    return scales.astype(scale_type).astype(np.float32)


def _levels(groups: np.ndarray, scales: np.ndarray, zero: int, top: int) -> np.ndarray:
    """The nearest levels -zero..top-zero, f32; all zero where a group is too small for a scale."""
    # divided, not multiplied by an inverse, which would round some halves in the wrong direction
    divisors = np.where(scales == 0, np.float32(np.inf), scales)
    return np.clip(np.rint(groups / divisors[..., None]), -zero, top - zero)


def _squared_error(groups: np.ndarray, levels: np.ndarray, scales: np.ndarray) -> np.ndarray:
    return np.square(groups - levels * scales[..., None]).sum(-1)


def _max(groups: np.ndarray, zero: int, top: int, scale_type: str) -> np.ndarray:
    return _rounded(np.maximum(np.abs(groups).max(-1), _SMALLEST) / np.float32(min(zero, top - zero)), scale_type)


def _search(groups: np.ndarray, zero: int, top: int, scale_type: str) -> np.ndarray:
    """Least-squares search: each candidate's levels get their optimal scale, and the smallest squared error wins.

    The levels reach one step further on one side, so a scale of the opposite sign can place a group's longer tail
    there. The winner's own nearest levels are fitted again at the end.
    """
    best = _max(groups, zero, top, scale_type)
    largest = np.maximum(np.abs(groups).max(-1), _SMALLEST)
    best_error = np.full(best.shape, np.inf, np.float32)

    def consider(levels: np.ndarray, scales: np.ndarray | None) -> None:
        nonlocal best, best_error
        energy, product = (np.einsum("rgk,rgk->rg", levels, other) for other in (levels, groups))
        if scales is None:
            scales = _rounded(product / np.maximum(energy, np.float32(1)), scale_type)
        error = scales * (scales * energy - 2 * product)  # squared error less the group's own square
        better = error < best_error
        best, best_error = np.where(better, scales, best), np.where(better, error, best_error)

    consider(_levels(groups, best, zero, top), best)
    reach = min(zero, top - zero)
    for divisor in np.linspace(reach - 1.5, reach + 2.5, _CANDIDATES, dtype=np.float32):
        for sign in (np.float32(1), np.float32(-1)):
            consider(_levels(groups, sign * largest / divisor, zero, top), None)
    for _ in range(_REFITS):
        consider(_levels(groups, best, zero, top), None)
    return best


def _refitted(
    groups: np.ndarray, codes: np.ndarray, scale: np.ndarray, low: np.ndarray, top: int, scale_type: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Alternates least squares for (scale, low) with the nearest codes; keeps each group's best."""
    best = codes, scale, low
    best_error = _squared_error(groups - low[..., None], codes, scale)
    mean = groups.mean(-1)
    for _ in range(_MINIMUM_REFITS):
        centre = codes.mean(-1)
        spread = np.square(codes - centre[..., None]).sum(-1)
        fitted = ((codes - centre[..., None]) * (groups - mean[..., None])).sum(-1) / np.maximum(spread, np.float32(1))
        scale = _rounded(fitted, scale_type)
        low = _rounded(mean - scale * centre, scale_type)
        shifted = groups - low[..., None]
        codes = _levels(shifted, scale, 0, top)
        error = _squared_error(shifted, codes, scale)
        better = error < best_error
        best = (
            np.where(better[..., None], codes, best[0]),
            np.where(better, scale, best[1]),
            np.where(better, low, best[2]),
        )
        best_error = np.where(better, error, best_error)
    return best
