"""The packing of GGUF's blocks as a file that the page's tests read: `python tests/block_fixture.py` writes it again.

The page packs the blocks of a .gguf file itself (src/gguf/webgpu), and both sides must give the same bytes.
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from random_blocks import TYPES, random_blocks

from thinktab_compiler.codecs import codec_named
from thinktab_compiler.gguf_files.blocks import EXACT_IN, stored_exactly

PATH = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "packed-blocks.json"
ROWS, COLUMNS = 2, 768  # an odd number of blocks of 256, whose f16 numbers fill no whole words


def packed_blocks() -> dict[str, Any]:
    """Of each type: rows of blocks in base64, and by layout the sha256 of each stored tensor's bytes."""
    generator = np.random.default_rng(17)
    types = {}
    for kind in TYPES:
        blocks = random_blocks(generator, kind, ROWS, COLUMNS)
        layouts = {}
        for name, held in EXACT_IN.items():
            if kind in held:
                stored = stored_exactly(blocks, kind, codec_named(name))
                layouts[name] = {
                    suffix: hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest()
                    for suffix, array in stored.items()
                }
        types[kind.name] = {"blocks": base64.b64encode(blocks.tobytes()).decode(), "layouts": layouts}
    return {"rows": ROWS, "columns": COLUMNS, "types": types}


if __name__ == "__main__":
    PATH.write_text(json.dumps(packed_blocks(), indent=1) + "\n")
