"""The numpy reference against Hugging Face's transformers with torch, on small random models that transformers saved.

Optional: runs where both are installed (extra `oracle`), for example in the environment that trains Nano.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed (pip install -e '.[oracle]')")
transformers = pytest.importorskip("transformers", reason="transformers is not installed (pip install -e '.[oracle]')")

from checkpoints import byte_tokenizer  # noqa: E402

from thinktab_compiler.checkpoint import stacked_blocks  # noqa: E402
from thinktab_compiler.model_input import open_model  # noqa: E402
from thinktab_compiler.reference import Reference  # noqa: E402

SIZES: dict[str, Any] = {
    "vocab_size": 288,
    "hidden_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 96,
    "max_position_embeddings": 512,
    "rms_norm_eps": 1e-6,
    "head_dim": 16,
    "attn_implementation": "eager",
}
LLAMA_3 = {
    "rope_type": "llama3",
    "rope_theta": 500_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    # short, so that kept, interpolated and stretched wavelengths all occur within the test's positions
    "original_max_position_embeddings": 64,
}
YARN = {"rope_type": "yarn", "rope_theta": 1e6, "factor": 4.0, "original_max_position_embeddings": 64}

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "qwen2": ("Qwen2", {"rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0}}),
    "qwen2-tied": ("Qwen2", {"tie_word_embeddings": True}),
    "llama": ("Llama", {"rope_parameters": {"rope_type": "default", "rope_theta": 100_000.0}}),
    "llama3": ("Llama", {"rope_parameters": LLAMA_3}),
    "qwen3": ("Qwen3", {"head_dim": 32, "rope_parameters": {"rope_type": "default", "rope_theta": 1e6}}),
    "qwen3-yarn": ("Qwen3", {"rope_parameters": YARN}),
    # the effect of DeepSeek-R1-0528-Qwen3-8B's attn_factor; transformers itself ignores that field
    "qwen3-yarn-unscaled": ("Qwen3", {"rope_parameters": {**YARN, "attention_factor": 1.0}}),
}


@pytest.mark.parametrize("case", CASES)
def test_logits_equal_those_of_transformers(tmp_path: Path, case: str) -> None:
    family, changes = CASES[case]
    torch.manual_seed(3)
    config = getattr(transformers, f"{family}Config")(**{**SIZES, **changes})
    model = getattr(transformers, f"{family}ForCausalLM")(config).float().eval()
    with torch.no_grad():
        for name, value in model.named_parameters():  # biases start as zeros and norms as ones
            noise = torch.randn_like(value)
            deviation = 0.2 if "norm" in name else 0.3 if value.ndim == 1 else value.shape[1] ** -0.5
            value.copy_(deviation * noise + ("norm" in name))
    model.save_pretrained(tmp_path)
    byte_tokenizer().save(str(tmp_path / "tokenizer.json"))

    source = open_model(tmp_path)
    weights = {p.name: np.concatenate(list(stacked_blocks(source.weights, p))) for p in source.parameters}
    reference = Reference(source.config, weights)
    ids = np.random.default_rng(2).integers(0, SIZES["vocab_size"], 200).tolist()
    with torch.no_grad():
        expected = model(torch.tensor([ids])).logits[0].double().numpy()
    found = [reference.forward(ids[:100])] + [reference.forward([token]) for token in ids[100:]]
    assert expected.std() > 0.1
    error = np.abs(np.stack(found) - expected[99:]).max() / expected.std()
    print(f"{case}: largest error {error:.1e} of the logits' deviation")
    assert error < 2e-5
