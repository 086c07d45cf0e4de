"""The tokenizer of a model in the metadata of a GGUF file."""

import json
from pathlib import Path

import gguf
from gguf import TokenType

from ..chat_config import read_tokenizer
from ..chat_templates import template_for, token_id
from ..errors import CompilerError
from ..files import read_json
from ..model_input import ModelInput
from .pretokenizers import name_of


def add_tokenizer(writer: gguf.GGUFWriter, model: ModelInput, path: Path) -> None:
    """Adds tokens, merges, special tokens and the chat template; raises CompilerError for another kind than BPE.

    The chat template is that of tokenizer_config.json if the folder has one, otherwise that of `template_for`.
    """
    tokenizer = read_tokenizer(model.tokenizer, str(path), model.config)
    content = json.loads(model.tokenizer)
    if content["model"].get("type") != "BPE" or content["model"].get("byte_fallback"):
        raise CompilerError(f"{path}: only byte-level BPE tokenizers can be written to a GGUF file.")
    template = template_for(tokenizer)
    tokens = [f"[PAD{i}]" for i in range(model.config.vocab_size)]
    types = [TokenType.UNUSED] * model.config.vocab_size
    for token, number in content["model"]["vocab"].items():
        tokens[number], types[number] = token, TokenType.NORMAL
    for added in content["added_tokens"]:
        kind = TokenType.CONTROL if added["special"] else TokenType.USER_DEFINED
        tokens[added["id"]], types[added["id"]] = added["content"], kind
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(name_of(content, str(path)))
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    merges = content["model"]["merges"]
    # an empty list has no element type in GGUF, and llama.cpp reads a missing one as empty
    if merges:
        writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    end = token_id(tokenizer, template.end)
    if template.begin is not None:
        writer.add_bos_token_id(token_id(tokenizer, template.begin))
    writer.add_add_bos_token(template.begin is not None)
    writer.add_eos_token_id(end)
    writer.add_pad_token_id(end)
    writer.add_chat_template(_own_chat_template(path) or template.jinja)


def _own_chat_template(path: Path) -> str | None:
    file = path / "tokenizer_config.json"
    found = read_json(file).get("chat_template") if file.is_file() else None
    return found if isinstance(found, str) else None
