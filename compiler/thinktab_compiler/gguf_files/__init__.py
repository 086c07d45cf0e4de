"""GGUF, llama.cpp's file format: read as an input of `convert`, written by `gguf`."""
