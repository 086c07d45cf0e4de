"""mlc-chat-config.json: how WebLLM tokenises, assembles prompts and samples."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from .config import ModelConfig
from .errors import CompilerError

CONFIG_NAME = "mlc-chat-config.json"
TOKENIZER_NAME = "tokenizer.json"
TEMPLATE = "deepseek-r1"

# DeepSeek-R1's own tokens, see chat_template in its tokenizer_config.json
BEGIN = "<｜begin▁of▁sentence｜>"
END = "<｜end▁of▁sentence｜>"
USER = "<｜User｜>"
ASSISTANT = "<｜Assistant｜>"


@dataclass(frozen=True)
class Sampling:
    """Default sampling of a model; DeepSeek advises 0.6 and 0.95 for R1."""

    temperature: float
    top_p: float

    def __post_init__(self) -> None:
        if not 0 <= self.temperature <= 2:
            raise CompilerError("The temperature must lie between 0 and 2.")
        if not 0 < self.top_p <= 1:
            raise CompilerError("top-p must be above 0 and at most 1.")


def load_tokenizer(path: Path, config: ModelConfig) -> Tokenizer:
    """Reads tokenizer.json and checks its ids against the model's vocabulary; raises CompilerError."""
    if not path.is_file():
        raise CompilerError(f"{path} does not exist.")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exceptions
        raise CompilerError(f"{path} is not a valid tokenizer: {error}.") from None
    largest = max(tokenizer.get_vocab(with_added_tokens=True).values(), default=0)
    if largest >= config.vocab_size:
        raise CompilerError(
            f"{path} has the token id {largest}, but the vocabulary has only {config.vocab_size} entries."
        )
    return tokenizer


def chat_config(
    config: ModelConfig, tokenizer: Tokenizer, quantization: str, context: int, prefill_chunk: int, sampling: Sampling
) -> dict[str, Any]:
    """The configuration with DeepSeek-R1's template: no system message, roles and stop token as special tokens.

    `model_config` holds the dimensions, from which `Reference` and `manifest` work. Raises CompilerError when the
    tokenizer lacks one of the template's tokens.
    """
    ids = {token: tokenizer.token_to_id(token) for token in (BEGIN, END, USER, ASSISTANT)}
    for token, number in ids.items():
        if number is None:
            raise CompilerError(f"The tokenizer lacks the token {token}, which DeepSeek's template needs.")
    return {
        "version": "0.1.0",
        "model_type": config.model_type,
        "quantization": quantization,
        "model_config": config.to_json(),
        "vocab_size": config.vocab_size,
        "context_window_size": context,
        "sliding_window_size": -1,
        "attention_sink_size": -1,
        "prefill_chunk_size": prefill_chunk,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "repetition_penalty": 1.0,
        "bos_token_id": ids[BEGIN],
        "eos_token_id": ids[END],
        "pad_token_id": ids[END],
        "tokenizer_files": [TOKENIZER_NAME],
        "tokenizer_info": {
            "token_postproc_method": "byte_level",
            "prepend_space_in_encode": False,
            "strip_space_in_decode": False,
        },
        "conv_template": {
            "name": TEMPLATE,
            "system_template": "{system_message}",
            "system_message": "",
            "system_prefix_token_ids": [ids[BEGIN]],
            "render_empty_system_message": False,
            "add_role_after_system_message": True,
            "roles": {"user": USER, "assistant": ASSISTANT},
            "role_templates": {"user": "{user_message}", "assistant": "{assistant_message}"},
            "seps": ["", END],
            "role_content_sep": "",
            "role_empty_sep": "",
            "stop_str": [],
            "stop_token_ids": [ids[END]],
        },
    }
