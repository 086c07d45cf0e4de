"""Trains Nano on CPU, from a smaller checkpoint.

The last part of the run rounds the weights as the 4-bit formats will.
"""

import argparse
import json
import math
import os
import time
from pathlib import Path

import torch

from .accuracy import accuracy_table, format_table
from .export import write_checkpoint
from .growth import grown
from .model import NanoConfig, Parameters, on_grid
from .muon import Muon
from .vocabulary import nano_tokenizer
from .workers import Workers

PEAK_LEARNING_RATE, WARMUP_STEPS = 2e-3, 150
SAVED_EVERY = 20  # steps: a killed run loses no more
AVERAGED = 0.998  # of the running mean of the weights that stays at each step; the mean is measured and exported
# the shares of the run from which the learning rate falls if nothing else is asked, the weights are 4-bit, products are
# float32
DECAY_FROM, QUANTIZED_FROM, PRECISE_FROM = 0.6, 0.7, 0.9


def bfloat16_is_faster() -> bool:
    """Whether this processor multiplies bfloat16 faster than float32.

    One without instructions for it takes three times as long.
    """

    def seconds(dtype: torch.dtype) -> float:
        a = torch.ones(512, 512, dtype=dtype)
        times = []
        for _ in range(7):
            begun = time.perf_counter()
            torch.mm(a, a)
            times.append(time.perf_counter() - begun)
        return min(times)

    return seconds(torch.bfloat16) < seconds(torch.float32)


def learning_rate(step: int, steps: int, done: int = 0, decay_from: float = DECAY_FROM) -> float:
    """Linear warm-up, constant, then down to nothing as one minus a square root (Hägele et al. 2024, arXiv:2405.18392).

    While it is constant, a run may be resumed with another number of steps. After ``done`` steps of an earlier run,
    whose optimizers are lost, it warms up again.
    """
    decayed = max(0.0, step / steps - decay_from) / (1 - decay_from)
    return PEAK_LEARNING_RATE * min(1.0, (step - done + 1) / WARMUP_STEPS) * (1 - math.sqrt(decayed))


def optimizers(parameters: Parameters) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for the rest."""
    inner = [value for name, value in parameters.items() if value.ndim == 2 and ".layers." in name]
    outer = [value for name, value in parameters.items() if value.ndim == 2 and ".layers." not in name]
    vectors = [value for value in parameters.values() if value.ndim == 1]
    return [
        Muon(inner, weight_decay=0.05),
        torch.optim.AdamW(
            [{"params": outer, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}],
            betas=(0.9, 0.98),
            fused=True,
        ),
    ]


def save(path: Path, state: dict[str, object]) -> None:
    """Written beside and renamed, so that a killed run leaves the previous checkpoint whole."""
    partial_path = path.with_suffix(".partial")
    torch.save(state, partial_path)
    partial_path.replace(path)


def train(
    run: Path, start: Path, steps: int, seed: int, processes: int, done: int = 0, decay_from: float = DECAY_FROM
) -> None:
    """Trains the checkpoint ``start``, which has had ``done`` of ``steps`` steps, resuming from ``run``/state.pt.

    Appends to ``run``/log.jsonl; ``run``/checkpoint holds the mean weights of every 500th and of the last step.
    """
    run.mkdir(parents=True, exist_ok=True)
    tokenizer = nano_tokenizer()
    config = NanoConfig(tokenizer.get_vocab_size())
    parameters = {name: value.requires_grad_() for name, value in grown(start, config, tokenizer, seed).items()}
    mean = {name: value.detach().clone() for name, value in parameters.items()}
    chosen = optimizers(parameters)
    state_file, started = run / "state.pt", done
    if state_file.exists():
        state = torch.load(state_file)
        started = state["step"]
        with torch.no_grad():
            for name, value in state["parameters"].items():
                parameters[name].copy_(value)
                mean[name].copy_(state["mean"][name])
        for one, saved in zip(chosen, state["optimizers"], strict=True):
            one.load_state_dict(saved)

    workers = Workers(parameters, config, seed, processes)

    def log(record: dict[str, object]) -> None:
        with (run / "log.jsonl").open("a") as file:
            file.write(json.dumps(record) + "\n")
        print(record, flush=True)

    precise_from = PRECISE_FROM * steps if bfloat16_is_faster() else 0
    running, since = None, time.time()
    for step in range(started, steps):
        quantized = step >= QUANTIZED_FROM * steps
        loss = workers.gradient(step, quantized, precise=step >= precise_from)
        torch.nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        for one in chosen:
            for group in one.param_groups:
                group["lr"] = learning_rate(step, steps, done, decay_from)
            one.step()
            one.zero_grad()
        with torch.no_grad():
            torch._foreach_lerp_(list(mean.values()), list(parameters.values()), 1 - min(AVERAGED, step / (step + 10)))
        running = loss if running is None else 0.98 * running + 0.02 * loss
        if (step + 1) % 100 == 0 or step + 1 == steps:
            seconds, since = time.time() - since, time.time()
            log({"step": step + 1, "loss": round(running, 5), "quantized": quantized, "seconds": round(seconds, 1)})
        if (step + 1) % SAVED_EVERY == 0 or step + 1 == steps:
            states = [one.state_dict() for one in chosen]
            save(state_file, {"step": step + 1, "parameters": parameters, "mean": mean, "optimizers": states})
        if (step + 1) % 500 == 0 or step + 1 == steps:
            write_checkpoint(mean, config, tokenizer, run / "checkpoint", on_grid=quantized)
            asked = 100 if step + 1 == steps else 8
            used = on_grid(mean) if quantized else mean
            table = accuracy_table(used, config, tokenizer, questions=asked)
            log({"step": step + 1, "accuracy": table})
            since = time.time()
    print(format_table(table))


def main() -> None:
    """The command; `--help` lists its arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder for the state, the log and the checkpoint")
    parser.add_argument("--start", type=Path, required=True, help="a checkpoint folder, finished or in training")
    parser.add_argument("--steps", type=int, default=14000)
    parser.add_argument("--done", type=int, default=0, help="steps that the start has had, as its log says")
    parser.add_argument(
        "--decay-from", type=float, default=DECAY_FROM, help="share of the run from which the learning rate falls"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="processor cores to use")
    arguments = parser.parse_args()
    train(
        arguments.run,
        arguments.start,
        arguments.steps,
        arguments.seed,
        arguments.processes,
        arguments.done,
        arguments.decay_from,
    )


if __name__ == "__main__":
    main()
