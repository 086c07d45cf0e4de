"""tokenizer.json from the metadata of a GGUF file (byte-level BPE, which llama.cpp calls gpt2)."""

import json
from typing import Any

from gguf import TokenType

from ..errors import CompilerError
from .metadata import Metadata
from .pretokenizers import normalizer, pre_tokenizer

_ADDED = (TokenType.CONTROL, TokenType.USER_DEFINED)


def tokenizer_json(metadata: Metadata) -> bytes:
    """The content of tokenizer.json; raises CompilerError for other kinds of tokenizers."""
    kind = metadata.get("tokenizer.ggml.model")
    if kind != "gpt2":
        raise CompilerError(f"{metadata.origin}: the tokenizer model '{kind}' is not supported; known: gpt2.")
    name = metadata.get("tokenizer.ggml.pre")
    tokens, types = metadata.get("tokenizer.ggml.tokens"), metadata.get("tokenizer.ggml.token_type")
    # unused entries only fill the table up to the size of the embedding
    vocab = {token: i for i, (token, kind) in enumerate(zip(tokens, types, strict=True)) if kind != TokenType.UNUSED}
    added = [_added(i, token, types[i] == TokenType.CONTROL) for token, i in vocab.items() if types[i] in _ADDED]
    byte_level = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": normalizer(name),
        "pre_tokenizer": pre_tokenizer(name, metadata.origin),
        "post_processor": None,  # the prompt template writes the first token
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": name == "llama-bpe",
            "vocab": vocab,
            "merges": metadata.get("tokenizer.ggml.merges", []),
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _added(number: int, content: str, special: bool) -> dict[str, Any]:
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": special}
    return {"id": number, "content": content, **flags}
