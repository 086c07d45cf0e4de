"""Muon in float32: PyTorch's own rounds to bfloat16, for which many processors have no instructions.

There it took 1.4 of the 3.8 seconds of a training step.
"""

import math
from collections.abc import Callable, Iterable
from typing import overload

import torch
from torch import Tensor

MOMENTUM = 0.95
COEFFICIENTS, ITERATIONS, SMALLEST_NORM = (3.4445, -4.7750, 2.0315), 5, 1e-7


def orthogonalized(matrices: Tensor) -> Tensor:
    """Each of the [n, rows, columns] matrices with all singular values between about 0.7 and 1.2.

    The quintic Newton-Schulz iteration of Jordan et al. 2024 (kellerjordan.github.io/posts/muon), with its numbers.
    """
    a, b, c = COEFFICIENTS
    tall = matrices.size(1) > matrices.size(2)
    x = matrices.mT if tall else matrices
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=SMALLEST_NORM)
    for _ in range(ITERATIONS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, made orthogonal; steps have the size of AdamW's (Liu et al. 2025, arXiv:2502.16982).

    For matrices only. Those of one shape are computed together.
    """

    def __init__(self, matrices: Iterable[Tensor], weight_decay: float, lr: float = 1e-3):
        super().__init__(matrices, {"lr": lr, "weight_decay": weight_decay})

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...
    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """One step along the gradients of the matrices; the gradients stay."""
        assert closure is None, "gradients are computed before the step"
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[Tensor]] = {}
            for matrix in group["params"]:
                by_shape.setdefault(matrix.shape, []).append(matrix)
            for (rows, columns), matrices in by_shape.items():
                updates = orthogonalized(torch.stack([self._direction(matrix) for matrix in matrices]))
                size = group["lr"] * 0.2 * math.sqrt(max(rows, columns))
                torch._foreach_mul_(matrices, 1 - group["lr"] * group["weight_decay"])
                torch._foreach_sub_(matrices, list(updates * size))
        return None

    def _direction(self, matrix: Tensor) -> Tensor:
        assert matrix.grad is not None
        state = self.state[matrix]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(matrix.grad)
        momentum = state["momentum_buffer"].lerp_(matrix.grad, 1 - MOMENTUM)
        return matrix.grad.lerp(momentum, MOMENTUM)
