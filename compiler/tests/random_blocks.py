"""Rows of valid GGUF blocks with random codes: every bit of every block counts, and the factors stay sane."""

import numpy as np
from gguf import GGML_QUANT_SIZES
from gguf import GGMLQuantizationType as Type

K_TYPES = (Type.Q2_K, Type.Q3_K, Type.Q4_K, Type.Q5_K, Type.Q6_K)
TYPES = (Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0, *K_TYPES)
# where a block has its f16 factors, in bytes
_FACTORS = {
    Type.Q4_1: (0, 2),
    Type.Q5_1: (0, 2),
    Type.Q2_K: (80, 82),
    Type.Q3_K: (108,),
    Type.Q4_K: (0, 2),
    Type.Q5_K: (0, 2),
    Type.Q6_K: (208,),
}


def random_blocks(generator: np.random.Generator, kind: Type, rows: int, columns: int) -> np.ndarray:
    """u8 [rows, bytes] of [rows, columns] weights of about 1."""
    weights, size = GGML_QUANT_SIZES[kind]
    blocks = generator.integers(0, 256, (rows, columns // weights, size), dtype=np.uint8)
    largest = {Type.Q2_K: 3 * 15, Type.Q3_K: 4 * 32, Type.Q4_K: 15 * 63, Type.Q5_K: 31 * 63, Type.Q6_K: 32 * 128}
    for at in _FACTORS.get(kind, (0,)):
        factors = (generator.random((*blocks.shape[:2], 1)) + 0.5) / largest.get(kind, 16)
        blocks[..., at : at + 2] = factors.astype("<f2").view(np.uint8)
    return blocks.reshape(rows, -1)
