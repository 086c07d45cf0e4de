"""Prompt templates in WebLLM's form, chosen by the special tokens which a tokenizer has."""

from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from .errors import CompilerError

# DeepSeek-R1's own tokens, see chat_template in its tokenizer_config.json
BEGIN = "<｜begin▁of▁sentence｜>"
END = "<｜end▁of▁sentence｜>"
USER = "<｜User｜>"
ASSISTANT = "<｜Assistant｜>"


@dataclass(frozen=True)
class Template:
    """`begin` opens a conversation (None: no token does), `end` closes a reply; `others` only have to exist.

    `jinja` is the template in llama.cpp's form, `fields` are those of WebLLM. `marks` is the template in the form of
    the site's manifest (src/shared/chat-template.ts), for templates that the site does not know by name.
    """

    name: str
    begin: str | None
    end: str
    others: tuple[str, ...]
    jinja: str
    fields: dict[str, Any]
    marks: dict[str, Any] | None = None

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens which the template needs."""
        return tuple(token for token in (self.begin, self.end, *self.others) if token is not None)

    def to_json(self, tokenizer: Tokenizer) -> dict[str, Any]:
        """WebLLM's `conv_template`."""
        return {
            "name": self.name,
            "system_message": "",
            "system_prefix_token_ids": [] if self.begin is None else [token_id(tokenizer, self.begin)],
            "render_empty_system_message": False,
            "add_role_after_system_message": True,
            "role_templates": {"user": "{user_message}", "assistant": "{assistant_message}"},
            **self.fields,
            "stop_str": [],
            "stop_token_ids": [token_id(tokenizer, self.end)],
        }


def _token(content: str) -> dict[str, str]:
    return {"kind": "token", "content": content}


def _text(text: str) -> dict[str, str]:
    return {"kind": "text", "text": text}


# Tokens that end a text in one of the families below, if a tokenizer has them.
_ENDS = ("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>")

# For GGUF files whose source has no template: the output of DeepSeek's own one for plain messages. Earlier thoughts are
# left out, and a reply begins with an open thought.
_R1_JINJA = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message.role == 'system' %}{{ message.content }}"
    f"{{% elif message.role == 'user' %}}{USER}{{{{ message.content }}}}"
    f"{{% else %}}{ASSISTANT}{{{{ message.content.split('</think>')[-1] }}}}{END}{{% endif %}}{{% endfor %}}"
    f"{{% if add_generation_prompt %}}{ASSISTANT}<think>\n{{% endif %}}"
)
_CHATML_JINJA = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
# As _CHATML_JINJA, and earlier thoughts are left out, as Qwen3's own template does. The model opens its thought itself.
_QWEN3_JINJA = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{{ message.content.split('</think>')[-1].lstrip('\n') if message.role == 'assistant' else message.content }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_CHATML_FIELDS = {
    "system_template": "<|im_start|>system\n{system_message}<|im_end|>\n",
    "roles": {"user": "<|im_start|>user", "assistant": "<|im_start|>assistant"},
    "seps": ["<|im_end|>\n"],
    "role_content_sep": "\n",
    "role_empty_sep": "\n",
}


def _chatml_turn(role: str) -> dict[str, Any]:
    return {"before": [_token("<|im_start|>"), _text(f"{role}\n")], "after": [_token("<|im_end|>"), _text("\n")]}


_LLAMA3_BEGIN = "<|begin_of_text|>"
_HEADER = ("<|start_header_id|>", "<|end_header_id|>")
_LLAMA3_JINJA = (
    "{{ bos_token }}{% for message in messages %}"
    f"{_HEADER[0]}{{{{ message.role }}}}{_HEADER[1]}\n\n{{{{ message.content | trim }}}}<|eot_id|>{{% endfor %}}"
    f"{{% if add_generation_prompt %}}{_HEADER[0]}assistant{_HEADER[1]}\n\n{{% endif %}}"
)


def _llama3_turn(role: str, *begin: dict[str, str]) -> dict[str, Any]:
    header = [_token(_HEADER[0]), _text(role), _token(_HEADER[1]), _text("\n\n")]
    return {"before": [*begin, *header], "after": [_token("<|eot_id|>")]}


TEMPLATES = (
    Template(
        "deepseek-r1", BEGIN, END, (USER, ASSISTANT), _R1_JINJA,
        {
            "system_template": "{system_message}",
            "roles": {"user": USER, "assistant": ASSISTANT},
            "seps": ["", END],
            "role_content_sep": "",
            "role_empty_sep": "",
        },
    ),
    Template(
        "qwen3", None, "<|im_end|>", ("<|im_start|>", "<|endoftext|>", "<think>", "</think>"), _QWEN3_JINJA,
        _CHATML_FIELDS,
    ),
    Template(
        "chatml", None, "<|im_end|>", ("<|im_start|>",), _CHATML_JINJA, _CHATML_FIELDS,
        {
            "begin": [],
            "system": _chatml_turn("system"),
            "user": _chatml_turn("user"),
            "assistant": _chatml_turn("assistant"),
        },
    ),
    Template(
        "llama-3", _LLAMA3_BEGIN, "<|eot_id|>", _HEADER, _LLAMA3_JINJA,
        {
            "system_template": f"{_HEADER[0]}system{_HEADER[1]}\n\n{{system_message}}<|eot_id|>",
            "roles": {role: f"{_HEADER[0]}{role}" for role in ("user", "assistant")},
            "seps": ["<|eot_id|>"],
            "role_content_sep": f"{_HEADER[1]}\n\n",
            "role_empty_sep": f"{_HEADER[1]}\n\n",
        },
        {
            "begin": [_token(_LLAMA3_BEGIN)],
            "system": _llama3_turn("system", _token(_LLAMA3_BEGIN)),
            "user": _llama3_turn("user"),
            "assistant": _llama3_turn("assistant"),
        },
    ),
)  # fmt: skip


def manifest_template(name: str, tokenizer: Tokenizer) -> str | dict[str, Any]:
    """The template for a manifest: its name if the site knows it, else all of it; raises CompilerError."""
    template = next((template for template in TEMPLATES if template.name == name), None)
    if template is None:
        raise CompilerError(f"There is no chat template '{name}'; convert the checkpoint again.")
    if template.marks is None:
        return name
    stop = [end for end in _ENDS if end != template.end and tokenizer.token_to_id(end) is not None]
    return {**template.marks, "stop": [template.end, *stop]}


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a token; raises CompilerError when the tokenizer lacks it."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise CompilerError(f"The tokenizer lacks the token {token}.")
    return found


def template_for(tokenizer: Tokenizer) -> Template:
    """The first template whose tokens the tokenizer has; raises CompilerError when there is none."""
    lacking = []
    for template in TEMPLATES:
        missing = [token for token in template.tokens if tokenizer.token_to_id(token) is None]
        if not missing:
            return template
        lacking.append(f"{missing[0]} of {template.name}")
    raise CompilerError(f"The tokenizer fits no known prompt template: it lacks {' and '.join(lacking)}.")
