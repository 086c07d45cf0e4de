"""The KV-cached reference against a second formulation: the whole prefix at once, complex rotations, float64."""

from pathlib import Path

import numpy as np
import pytest
from checkpoints import write_random_checkpoint
from random_models import MODELS

from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.reference import Reference
from thinktab_compiler.rope import frequencies

OPTIONS = ConvertOptions("q4f32_1", "search", 256, 64, Sampling(0, 1))


@pytest.fixture(scope="module", params=[(a, tied) for a in MODELS for tied in (False, True)], ids=str)
def converted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, (architecture, tied) = tmp_path_factory.mktemp("reference"), request.param
    write_random_checkpoint(folder / "hf", {**MODELS[architecture], "tie_word_embeddings": tied})
    convert(folder / "hf", OPTIONS, folder / "out")
    return folder / "out"


def whole_prefix_logits(model: Reference, ids: list[int]) -> np.ndarray:
    """Logits f64 [len(ids), vocab] without a cache; loops over heads, rotates pairs as complex numbers."""
    c = model.config
    w = {name: value.astype(np.float64) for name, value in model.weights.items()}
    n, d = len(ids), c.head_dim
    magnitude = c.rope_scaling.magnitude if c.rope_scaling else 1.0
    turn = magnitude * np.exp(1j * np.outer(np.arange(n), frequencies(d, c.rope_theta, c.rope_scaling)))

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        return np.stack([row / np.sqrt(row @ row / len(row) + c.rms_norm_eps) for row in x]) * w[name]

    def norm_head(x: np.ndarray, name: str) -> np.ndarray:
        return norm(x, name) if name in w else x

    def rotate(x: np.ndarray) -> np.ndarray:
        turned = (x[:, : d // 2] + 1j * x[:, d // 2 :]) * turn
        return np.hstack([turned.real, turned.imag])

    x = np.array([w["model.embed_tokens"][i] for i in ids])
    for i in range(c.num_hidden_layers):
        p = f"model.layers.{i}."
        name = p + ("self_attn.qkv_proj" if c.model_type == "llama" else "self_attn.c_attn")
        qkv = norm(x, p + "input_layernorm.weight") @ w[name].T + w.get(f"{name}.bias", 0)
        column = [qkv[:, h * d : (h + 1) * d] for h in range(qkv.shape[1] // d)]
        heads = []
        for h in range(c.num_attention_heads):
            kv = h * c.num_key_value_heads // c.num_attention_heads
            key = rotate(norm_head(column[c.num_attention_heads + kv], p + "self_attn.k_norm.weight"))
            value = column[c.num_attention_heads + c.num_key_value_heads + kv]
            query = rotate(norm_head(column[h], p + "self_attn.q_norm.weight"))
            scores = query @ key.T / np.sqrt(d)
            weights = np.exp(scores) * np.tri(n)
            heads.append(weights @ value / weights.sum(1, keepdims=True))
        x = x + np.hstack(heads) @ w[p + "self_attn.o_proj"].T
        up = norm(x, p + "post_attention_layernorm.weight") @ w[p + "mlp.gate_up_proj"].T
        gate, up = up[:, : c.intermediate_size], up[:, c.intermediate_size :]
        x = x + (gate * up / (1 + np.exp(-gate))) @ w[p + "mlp.down_proj"].T
    head = w["model.embed_tokens"] if c.tie_word_embeddings else w["lm_head"]
    return norm(x, "model.norm.weight") @ head.T


def test_cached_steps_equal_the_whole_prefix(converted: Path) -> None:
    model = Reference.load(converted)
    ids = np.random.default_rng(4).integers(0, model.config.vocab_size, 40).tolist()
    expected = whole_prefix_logits(model, ids)
    assert expected.std() > 0.1
    np.testing.assert_allclose(model.forward(ids[:17]), expected[16], atol=1e-3)
    np.testing.assert_allclose(model.forward(ids[17:25]), expected[24], atol=1e-3)
    for position in range(25, 40):
        np.testing.assert_allclose(model.forward([ids[position]]), expected[position], atol=1e-3)


def test_a_fork_goes_its_own_way(converted: Path) -> None:
    model = Reference.load(converted)
    model.forward([5, 6, 7])
    child = model.fork(2)
    expected = model.forward([9])
    assert child.length == 2 and not np.allclose(child.forward([8]), expected)
    model.rewind(2)
    model.forward([7])
    np.testing.assert_allclose(model.forward([9]), expected, atol=1e-3)


def test_rewinding_forgets(converted: Path) -> None:
    model = Reference.load(converted)
    first = model.forward([5, 6, 7])
    model.forward([1, 2])
    model.rewind(0)
    model.forward([5, 6])
    assert model.length == 2
    np.testing.assert_allclose(model.forward([7]), first, atol=1e-4)


def test_greedy_takes_the_largest_logit_of_each_prefix(converted: Path) -> None:
    model = Reference.load(converted)
    found = model.greedy([3, 1, 4], 6)
    sequence = [3, 1, 4, *found]
    assert whole_prefix_logits(model, sequence)[2:-1].argmax(-1).tolist() == found
