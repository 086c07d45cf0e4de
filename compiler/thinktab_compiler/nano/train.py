"""Trains Nano from scratch on CPU; the last part of the run rounds the weights as the shipped 4-bit format will."""

import argparse
import json
import os
import pickle
import time
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

from .batches import batch_at
from .conversation import nano_tokenizer
from .evaluate import accuracy_table, format_table
from .model import NanoConfig, Parameters, forward, initial_parameters

PEAK_LEARNING_RATE, WARMUP_STEPS, QUANTIZED_FROM = 3e-3, 150, 0.75


def optimizer(steps: int) -> optax.GradientTransformation:
    schedule = optax.warmup_cosine_decay_schedule(0.0, PEAK_LEARNING_RATE, WARMUP_STEPS, steps, 0.01 * PEAK_LEARNING_RATE)
    return optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, b2=0.98, weight_decay=0.05))


def loss(parameters: Parameters, config: NanoConfig, ids, positions, segments, weights, quantized: bool) -> jax.Array:
    logits = forward(parameters, config, ids, positions, segments, quantized)
    per_token = optax.softmax_cross_entropy_with_integer_labels(logits[:, :-1], ids[:, 1:])
    return (per_token * weights[:, 1:]).sum() / weights[:, 1:].sum()


def save(path: Path, state: object) -> None:
    """Written beside and renamed, so that a killed run leaves the previous checkpoint whole."""
    partial_path = path.with_suffix(".partial")
    partial_path.write_bytes(pickle.dumps(jax.tree.map(np.asarray, state)))
    os.replace(partial_path, path)


def train(run: Path, steps: int, seed: int) -> None:
    """Trains for ``steps`` steps, resuming from ``run``/state.pkl; appends to ``run``/log.jsonl; ends with the weights in ``run``/weights.npz."""
    run.mkdir(parents=True, exist_ok=True)
    tokenizer = nano_tokenizer()
    config = NanoConfig(tokenizer.get_vocab_size())
    transform = optimizer(steps)
    parameters = initial_parameters(config, seed)
    state = {"step": 0, "parameters": parameters, "moments": transform.init(parameters)}
    state_file = run / "state.pkl"
    if state_file.exists():
        state = pickle.loads(state_file.read_bytes())

    @partial(jax.jit, static_argnames="quantized", donate_argnums=(0, 1))
    def update(parameters, moments, ids, positions, segments, weights, quantized):
        value, gradient = jax.value_and_grad(loss)(parameters, config, ids, positions, segments, weights, quantized)
        change, moments = transform.update(gradient, moments, parameters)
        return optax.apply_updates(parameters, change), moments, value

    def log(record: dict[str, object]) -> None:
        with (run / "log.jsonl").open("a") as file:
            file.write(json.dumps(record) + "\n")
        print(record, flush=True)

    parameters, moments = jax.tree.map(jnp.asarray, (state["parameters"], state["moments"]))
    running, since, started = None, time.time(), int(state["step"])
    for step in range(started, steps):
        batch = batch_at(tokenizer, seed, step)
        quantized = step >= QUANTIZED_FROM * steps
        parameters, moments, value = update(parameters, moments, batch.ids, batch.positions, batch.segments, batch.weights, quantized)
        running = float(value) if running is None else 0.98 * running + 0.02 * float(value)
        if (step + 1) % 100 == 0 or step + 1 == steps:
            seconds, since = time.time() - since, time.time()
            log({"step": step + 1, "loss": round(running, 5), "quantized": quantized, "seconds": round(seconds, 1)})
            save(state_file, {"step": step + 1, "parameters": parameters, "moments": moments})
        if (step + 1) % 500 == 0:
            log({"step": step + 1, "accuracy": accuracy_table(parameters, config, tokenizer, questions=12, quantized=quantized)})
            since = time.time()
    np.savez(run / "weights.npz", **parameters)
    table = accuracy_table(parameters, config, tokenizer, questions=100, quantized=True)
    log({"step": steps, "accuracy": table})
    print(format_table(table))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder for the state, the log and the weights")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    train(arguments.run, arguments.steps, arguments.seed)


if __name__ == "__main__":
    main()
