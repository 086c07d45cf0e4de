"""mlc-chat-config.json: how WebLLM tokenises, assembles prompts and samples."""

from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from .chat_templates import template_for, token_id
from .config import ModelConfig
from .errors import CompilerError
from .quantization import Quantization

CONFIG_NAME = "mlc-chat-config.json"
TOKENIZER_NAME = "tokenizer.json"


@dataclass(frozen=True)
class Sampling:
    """Default sampling of a model."""

    temperature: float
    top_p: float

    def __post_init__(self) -> None:
        if not 0 <= self.temperature <= 2:
            raise CompilerError("The temperature must lie between 0 and 2.")
        if not 0 < self.top_p <= 1:
            raise CompilerError("top-p must be above 0 and at most 1.")


USUAL_SAMPLING = Sampling(0.6, 0.95)  # as DeepSeek advises for R1


def read_tokenizer(content: bytes, origin: str, config: ModelConfig) -> Tokenizer:
    """Parses a tokenizer.json and checks its ids against the model's vocabulary; raises CompilerError."""
    try:
        tokenizer = Tokenizer.from_str(content.decode())
    except Exception as error:  # noqa: BLE001 -- the library raises bare Exceptions
        raise CompilerError(f"{origin}: {TOKENIZER_NAME} is not a valid tokenizer: {error}.") from None
    largest = max(tokenizer.get_vocab(with_added_tokens=True).values(), default=0)
    if largest >= config.vocab_size:
        raise CompilerError(
            f"{origin}: the tokenizer has the id {largest}, but the vocabulary has only {config.vocab_size} entries."
        )
    return tokenizer


def chat_config(
    config: ModelConfig,
    tokenizer: Tokenizer,
    quantization: Quantization,
    context: int,
    prefill_chunk: int,
    sampling: Sampling,
) -> dict[str, Any]:
    """The content of mlc-chat-config.json, with DeepSeek-R1's own template for its tokenizer; raises CompilerError.

    `model_config` holds the dimensions, from which `kernels`, `Reference` and `manifest` work.
    """
    template = template_for(tokenizer)
    end = token_id(tokenizer, template.end)
    return {
        "version": "0.1.0",
        "model_type": config.model_type,
        **quantization.to_json(),
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
        "bos_token_id": end if template.begin is None else token_id(tokenizer, template.begin),
        "eos_token_id": end,
        "pad_token_id": end,
        "tokenizer_files": [TOKENIZER_NAME],
        "tokenizer_info": {
            "token_postproc_method": "byte_level",
            "prepend_space_in_encode": False,
            "strip_space_in_decode": False,
        },
        "conv_template": template.to_json(tokenizer),
    }
