"""Greedy decoding of many prompts at once in PyTorch, with a KV cache; to test that every reply of Nano ends."""

import torch
from torch.nn import functional as F

from .model import NanoConfig, Parameters


@torch.inference_mode()
def greedy(
    parameters: Parameters, config: NanoConfig, prompts: list[list[int]], end: int, longest: int
) -> list[list[int]]:
    """The reply to each prompt: token ids up to and with ``end``, or ``longest`` of them.

    Prompt and reply fit the context together. All rows advance together, one token a step, from their first. A row
    still inside its prompt takes the next token from there, so prompts of like length cost least.
    """
    c = config
    heads, kv_heads, width, rows = c.num_attention_heads, c.num_key_value_heads, c.head_dim, len(prompts)
    room = min(c.max_position_embeddings, max(map(len, prompts)) + longest)
    cache = torch.zeros(c.num_hidden_layers, 2, rows, kv_heads, room, width)
    frequencies = c.rope_theta ** (-torch.arange(width // 2) / (width // 2))
    replies: list[list[int]] = [[] for _ in prompts]
    ids = torch.tensor([prompt[0] for prompt in prompts])
    for position in range(room):
        cosine, sine = (position * frequencies).cos(), (position * frequencies).sin()
        x = parameters["model.embed_tokens.weight"][ids]
        for layer in range(c.num_hidden_layers):
            at = f"model.layers.{layer}."
            normed = F.rms_norm(x, (c.hidden_size,), parameters[f"{at}input_layernorm.weight"], c.rms_norm_eps)
            q, k, v = (
                F.linear(
                    normed,
                    parameters[f"{at}self_attn.{name}_proj.weight"],
                    parameters[f"{at}self_attn.{name}_proj.bias"],
                ).view(rows, -1, width)
                for name in "qkv"
            )
            cache[layer, 0, :, :, position], cache[layer, 1, :, :, position] = _rotated(k, cosine, sine), v
            keys, values = cache[layer, :, :, :, : position + 1]
            scores = (
                _rotated(q, cosine, sine).view(rows, kv_heads, heads // kv_heads, width)
                @ keys.transpose(-1, -2)
                * width**-0.5
            )
            mixed = (scores.softmax(-1) @ values).reshape(rows, -1)
            x = x + F.linear(mixed, parameters[f"{at}self_attn.o_proj.weight"])
            normed = F.rms_norm(x, (c.hidden_size,), parameters[f"{at}post_attention_layernorm.weight"], c.rms_norm_eps)
            gate, up = (F.linear(normed, parameters[f"{at}mlp.{name}_proj.weight"]) for name in ("gate", "up"))
            x = x + F.linear(F.silu(gate) * up, parameters[f"{at}mlp.down_proj.weight"])
        x = F.rms_norm(x, (c.hidden_size,), parameters["model.norm.weight"], c.rms_norm_eps)
        picks = F.linear(x, parameters["lm_head.weight"]).argmax(-1).tolist()
        following = []
        for row, prompt in enumerate(prompts):
            reply = replies[row]
            if position + 1 < len(prompt):
                following.append(prompt[position + 1])
                continue
            if len(reply) < longest and (not reply or reply[-1] != end):
                reply.append(picks[row])
            following.append(picks[row])
        if all(reply and (reply[-1] == end or len(reply) == longest) for reply in replies):
            break
        ids = torch.tensor(following)
    return replies


def _rotated(x: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    a, b = x.chunk(2, -1)
    return torch.cat([a * cosine - b * sine, b * cosine + a * sine], -1)
