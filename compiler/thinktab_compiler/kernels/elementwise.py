"""Kernels around the KV cache that treat every element alike; barrier-free, shared by all profiles."""

import math

import numpy as np
from tvm import tirx
from tvm.script.ir_builder import tirx as T

from ..codecs import Storage
from ..config import KV_PAGE
from .attention import AttentionShape
from .builder import ceil_div, f32, kernel
from .dequantise import number

_THREADS = 64
_F16_LARGEST = 65504.0


def turns_table(frequencies: np.ndarray) -> np.ndarray:
    """Radians a position, f64 [n] -> whole turns a position in units of 2^-32, u32 [n]; see `split_rotary_kernel`."""
    return np.round(frequencies / (2 * math.pi) * 2.0**32).astype(np.uint64).astype(np.uint32)


def split_rotary_kernel(shape: AttentionShape, magnitude: float) -> tirx.PrimFunc:
    """Splits qkv [n, heads, head_dim] into q, k and v and rotates q and k by their positions.

    The angle is position * turns in u32 arithmetic, whose overflow takes whole turns away exactly. A float product and
    WGSL's sine of a large angle would lose more the longer the context is.
    """
    half, kv_heads = shape.head_dim // 2, shape.kv_heads
    all_heads = shape.heads + 2 * kv_heads
    with kernel("tir_split_rotary") as k:
        n = k.size()
        qkv = k.argument((n, all_heads, shape.head_dim), "float32")
        positions = k.argument((n,), "int32", offset=True)
        query = k.argument((n, shape.heads, shape.head_dim), "float32")
        key = k.argument((n, kv_heads, shape.head_dim), "float32")
        value = k.argument((n, kv_heads, shape.head_dim), "float32")
        turns = k.argument((half,), "uint32")
        with k.threads(_THREADS, ceil_div(n * all_heads * half, _THREADS)) as (bx, tx):
            index = k.name(bx * _THREADS + tx)
            with k.when(index < n * all_heads * half):
                i, h, x = (k.name(e) for e in (index // half // all_heads, index // half % all_heads, index % half))
                low, high, turned = k.name(qkv[i, h, x]), k.name(qkv[i, h, x + half]), k.registers(2)
                fraction = tirx.reinterpret("int32", tirx.Cast("uint32", positions[i]) * turns[x])
                angle = k.name(f32(fraction) * f32(2 * math.pi / 2.0**32))
                cosine, sine = k.name(T.cos(angle) * f32(magnitude)), k.name(T.sin(angle) * f32(magnitude))
                turned[0] = low * cosine - high * sine
                turned[1] = high * cosine + low * sine
                with k.when(h < shape.heads):
                    query[i, h, x] = turned[0]
                    query[i, h, x + half] = turned[1]
                with k.when(tirx.all(h >= shape.heads, h < shape.heads + kv_heads)):
                    key[i, h - shape.heads, x] = turned[0]
                    key[i, h - shape.heads, x + half] = turned[1]
                with k.when(h >= shape.heads + kv_heads):
                    value[i, h - shape.heads - kv_heads, x] = low
                    value[i, h - shape.heads - kv_heads, x + half] = high
    return k.function


def append_kernel(shape: AttentionShape) -> tirx.PrimFunc:
    """Writes the keys and values of a chunk into the pages; position -1 leaves a row out.

    A value too large for f16 pages becomes their largest value: an infinity would turn every later token into NaN.
    """
    with kernel("kv_cache_transpose_append") as k:
        n = k.size()
        pages = k.argument((k.size(), 2, shape.kv_heads, KV_PAGE, shape.head_dim), shape.pages, offset=True)
        key = k.argument((n, shape.kv_heads, shape.head_dim), "float32")
        value = k.argument((n, shape.kv_heads, shape.head_dim), "float32")
        positions = k.argument((n,), "int32", offset=True)
        per_row = shape.kv_heads * shape.head_dim

        def stored(element: tirx.Expr) -> tirx.Expr:
            if shape.pages == "float32":
                return element
            return tirx.Cast(shape.pages, T.max(T.min(element, f32(_F16_LARGEST)), f32(-_F16_LARGEST)))

        with k.threads(_THREADS, ceil_div(n * per_row, _THREADS)) as (bx, tx):
            index = k.name(bx * _THREADS + tx)
            with k.when(index < n * per_row):
                i, h, x = (
                    k.name(e) for e in (index // per_row, index % per_row // shape.head_dim, index % shape.head_dim)
                )
                position = k.name(positions[i])
                with k.when(position >= 0):
                    pages[position // KV_PAGE, 0, h, position % KV_PAGE, x] = stored(key[i, h, x])
                    pages[position // KV_PAGE, 1, h, position % KV_PAGE, x] = stored(value[i, h, x])
    return k.function


def head_norm_kernel(shape: AttentionShape, vectors: Storage, eps: float) -> tirx.PrimFunc:
    """RMS norm of every query and key head of qkv [1, n, heads * head_dim] by their weights; values stay unchanged.

    A thread computes one head: the whole kernel is a few thousand products for a token.
    """
    all_heads, dimensions = shape.heads + 2 * shape.kv_heads, shape.head_dim
    with kernel() as k:
        n = k.size()
        qkv = k.argument((1, n, all_heads * dimensions), "float32")
        query_norm, key_norm = (k.argument(*vectors.tensor(dimensions)) for _ in range(2))
        out = k.argument((1, n, all_heads * dimensions), "float32")
        with k.threads(_THREADS, ceil_div(n * all_heads, _THREADS)) as (bx, tx):
            index = k.name(bx * _THREADS + tx)
            with k.when(index < n * all_heads):
                i, h, squares = k.name(index // all_heads), k.name(index % all_heads), k.registers(1)
                squares[0] = f32(0)
                with k.loop(dimensions) as x:
                    element = k.name(qkv[0, i, h * dimensions + x])
                    squares[0] = squares[0] + element * element
                root = k.name(T.rsqrt(squares[0] / f32(dimensions) + f32(eps)))
                with k.loop(dimensions) as x:
                    of_query, of_key = (number(vectors, norm, x) for norm in (query_norm, key_norm))
                    weight = T.if_then_else(h < shape.heads, of_query, of_key)
                    factor = T.if_then_else(h < shape.heads + shape.kv_heads, root * weight, f32(1))
                    out[0, i, h * dimensions + x] = qkv[0, i, h * dimensions + x] * factor
    return k.function
