"""The gradient of a step on several processes of one thread each, over parameters that they share.

Threads inside PyTorch wait for one another in every operation, which costs most on a machine that does other work too.
Processes wait once a step.
"""

from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

import torch
import torch.multiprocessing as multiprocessing
from tokenizers import Tokenizer
from torch.nn import functional as F

from .batches import Batch, batches_at
from .model import NanoConfig, Parameters, forward, on_grid
from .vocabulary import nano_tokenizer


def backward(
    parameters: Parameters, config: NanoConfig, batches: list[Batch], total: int, quantized: bool, precise: bool
) -> float:
    """Sets the gradient of the cross-entropy over the predicted tokens, divided by ``total``; returns this quotient.

    Rounding passes gradients straight through (Bengio et al. 2013, arXiv:1308.3432).
    """
    used = on_grid(parameters) if quantized else {name: value.detach() for name, value in parameters.items()}
    for value in used.values():
        value.requires_grad_()
    mean = 0.0
    for batch in batches:
        ids, predicted = torch.from_numpy(batch.ids), torch.from_numpy(batch.predicted)
        before = F.pad(predicted[:, 1:], (0, 1))  # the position whose logits predict the token
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=not precise):
            logits = forward(used, config, ids, wanted=before)
        loss = F.cross_entropy(logits.float(), ids[predicted], reduction="sum") / total
        loss.backward()
        mean += loss.item()
    for name, value in parameters.items():
        value.grad = used[name].grad
    return mean


def share_of(batches: list[Batch], workers: int) -> list[list[Batch]]:
    """The batches of each worker: the largest first, each to the one that has least to do; large ones are split."""
    pieces = [
        Batch(batch.ids[part::workers], batch.predicted[part::workers])
        for batch in batches
        for part in range(workers)
        if len(batch.ids) > part
    ]
    shares: list[list[Batch]] = [[] for _ in range(workers)]
    for piece in sorted(pieces, key=lambda piece: -piece.ids.size):
        min(shares, key=lambda share: sum(given.ids.size for given in share)).append(piece)
    return shares


@dataclass(frozen=True)
class Share:
    """Which part of a run's data a worker computes: the ``index``-th of ``workers``."""

    seed: int
    index: int
    workers: int

    def gradient(
        self, parameters: Parameters, config: NanoConfig, tokenizer: Tokenizer, step: int, how: tuple[bool, bool]
    ) -> float:
        """Sets this share of a step's gradient, and returns its share of the loss; ``how``: quantized, precise."""
        batches = batches_at(tokenizer, self.seed, step)
        total = sum(int(batch.predicted.sum()) for batch in batches)
        return backward(parameters, config, share_of(batches, self.workers)[self.index], total, *how)


def _work(channel: Connection, parameters: Parameters, gradients: Parameters, config: NanoConfig, share: Share) -> None:
    """Computes one share after another until the first process closes the channel or is gone."""
    torch.set_num_threads(1)
    tokenizer = nano_tokenizer()
    for value in parameters.values():
        value.requires_grad_()
    with suppress(EOFError, ConnectionError):
        while True:
            loss = share.gradient(parameters, config, tokenizer, *channel.recv())
            for name, value in parameters.items():
                assert value.grad is not None
                gradients[name].copy_(value.grad)
                value.grad = None
            channel.send(loss)


class Workers:
    """Several processes that compute the gradient of a step together; this one is the first of them."""

    def __init__(self, parameters: Parameters, config: NanoConfig, seed: int, workers: int):
        torch.set_num_threads(1)
        self.parameters, self.config, self.share = parameters, config, Share(seed, 0, workers)
        self.tokenizer = nano_tokenizer()
        context = multiprocessing.get_context("spawn")
        self.others: list[tuple[Connection, Parameters]] = []
        for value in parameters.values():
            value.detach().share_memory_()
        shared = {name: value.detach() for name, value in parameters.items()}
        for index in range(1, workers):
            here, there = context.Pipe()
            gradients = {name: torch.zeros_like(value).share_memory_() for name, value in shared.items()}
            arguments = (there, shared, gradients, config, Share(seed, index, workers))
            context.Process(target=_work, args=arguments, daemon=True).start()
            self.others.append((here, gradients))

    def gradient(self, step: int, quantized: bool, precise: bool) -> float:
        """Sets the gradient of the mean cross-entropy over all predicted tokens of the step; returns that mean."""
        order = (step, (quantized, precise))
        for channel, _ in self.others:
            channel.send(order)
        loss = self.share.gradient(self.parameters, self.config, self.tokenizer, *order)
        for channel, gradients in self.others:
            loss += channel.recv()
            for name, value in self.parameters.items():
                assert value.grad is not None
                value.grad += gradients[name]
        return loss
