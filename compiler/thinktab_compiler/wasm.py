"""Custom sections of a WebAssembly module (WebAssembly core specification 2.0, sections 5.5.2 and 5.5.3)."""

from collections.abc import Iterator

from .errors import CompilerError

_HEADER = b"\0asm\x01\0\0\0"
_CUSTOM = 0


def read_section(module: bytes, name: str) -> bytes | None:
    """The content of the custom section of that name, or None; raises CompilerError if the bytes are no module."""
    return next((content for found, content in _custom_sections(module) if found == name.encode()), None)


def add_section(module: bytes, name: str, content: bytes) -> bytes:
    """The module with an additional custom section at its end."""
    body = _number(len(name.encode())) + name.encode() + content
    return module + bytes([_CUSTOM]) + _number(len(body)) + body


def _custom_sections(module: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not module.startswith(_HEADER):
        raise CompilerError("The file is not a WebAssembly module.")
    at = len(_HEADER)
    while at < len(module):
        kind = module[at]
        size, start = _read_number(module, at + 1)
        at = start + size
        if at > len(module):
            raise CompilerError("The WebAssembly module is truncated.")
        if kind == _CUSTOM:
            length, begin = _read_number(module, start)
            yield module[begin : begin + length], module[begin + length : at]


def _number(value: int) -> bytes:
    """LEB128, unsigned."""
    encoded = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        encoded.append(low | (0x80 if value else 0))
        if not value:
            return bytes(encoded)


def _read_number(data: bytes, at: int) -> tuple[int, int]:
    """The LEB128 number at an offset, and the offset behind it."""
    value = shift = 0
    while True:
        if at >= len(data):
            raise CompilerError("The WebAssembly module is truncated.")
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not data[at - 1] & 0x80:
            return value, at
