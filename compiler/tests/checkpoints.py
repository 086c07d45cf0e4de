"""Small random checkpoints in Hugging Face's format."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from thinktab_compiler.architectures import architecture_named
from thinktab_compiler.chat_templates import ASSISTANT, BEGIN, END, USER
from thinktab_compiler.config import ModelConfig
from thinktab_compiler.gguf_files.pretokenizers import QWEN

TINY = {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "vocab_size": 288,
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "intermediate_size": 96,
    "rope_theta": 10000.0,
    "rms_norm_eps": 1e-6,
    "max_position_embeddings": 512,
    "tie_word_embeddings": False,
    "hidden_act": "silu",
}


def byte_tokenizer() -> Tokenizer:
    """A tokenizer of 256 bytes and the template's special tokens, split like Qwen's."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={byte: i for i, byte in enumerate(alphabet)}, merges=[]))
    steps = [
        pre_tokenizers.Split(Regex(QWEN), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in (BEGIN, END, USER, ASSISTANT)])
    return tokenizer


def write_random_checkpoint(folder: Path, raw_config: dict[str, object], seed: int = 7, dtype: str = "float32") -> None:
    """Writes config.json, model.safetensors and tokenizer.json with random weights of a trained model's magnitude."""
    config = ModelConfig.from_json(raw_config, "config.json")
    generator = np.random.default_rng(seed)
    sizes = {
        "q_proj": config.num_attention_heads * config.head_dim,
        "k_proj": config.num_key_value_heads * config.head_dim,
        "v_proj": config.num_key_value_heads * config.head_dim,
        "gate_proj": config.intermediate_size,
        "up_proj": config.intermediate_size,
    }
    tensors = {}
    for parameter in architecture_named(config.model_type).parameters(config):
        for name in parameter.sources:
            rows = sizes.get(name.split(".")[-2], parameter.rows)
            shape = (rows,) if parameter.columns is None else (rows, parameter.columns)
            noise = generator.standard_normal(shape)
            if "norm" in name:
                value = 1 + 0.1 * noise
            elif parameter.columns is None:
                value = 0.1 * noise
            else:
                value = noise if "embed" in name else noise / np.sqrt(parameter.columns)
            tensors[name] = value.astype(dtype)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(raw_config))
    byte_tokenizer().save(str(folder / "tokenizer.json"))
    save_file(tensors, folder / "model.safetensors")
