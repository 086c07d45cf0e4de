"""The types that llama.cpp's quantiser gives to the matrices of a model, so that kernels need no file.

`llama_tensor_get_type` of llama.cpp's src/llama-quant.cpp decides, for each tensor, by the recipe's name. Rows must be
of a multiple of 256 weights; for others it takes another type.
"""

from gguf import GGMLQuantizationType as Type

from ..architectures import architecture_named
from ..codecs.k_quants import SUPER
from ..config import ModelConfig
from ..errors import CompilerError
from ..quantization import Quantization, mixed_quantization
from .blocks import exact_codec

Q4_K_M = "Q4_K_M"


def recipe_quantization(recipe: str, config: ModelConfig) -> Quantization:
    """The layouts that `convert` gives to a file of this recipe; raises CompilerError for an unknown one."""
    if recipe != Q4_K_M:
        raise CompilerError(f"The recipe '{recipe}' is not known here; known: {Q4_K_M}.")
    codecs = {}
    for parameter in architecture_named(config.model_type).parameters(config):
        if parameter.columns is None:
            continue
        if parameter.columns % SUPER:
            raise CompilerError(
                f"{recipe} needs rows of a multiple of {SUPER} weights, but {parameter.name} has others."
            )
        codec = exact_codec([_q4_k_m(source, config) for source in parameter.sources])
        assert codec is not None
        codecs[parameter.name] = codec
    return mixed_quantization(codecs)


def _q4_k_m(name: str, config: ModelConfig) -> Type:
    """Six bits for the head, and for half of the layers' values and down projections."""
    is_head = name == "lm_head.weight" or (config.tie_word_embeddings and name == "model.embed_tokens.weight")
    if is_head:
        return Type.Q6_K
    if name.endswith(("v_proj.weight", "down_proj.weight")):
        layer = int(name.split(".")[2])
        return Type.Q6_K if _gets_more_bits(layer, config.num_hidden_layers) else Type.Q4_K
    return Type.Q4_K


def _gets_more_bits(layer: int, layers: int) -> bool:
    """The first eighth of the layers, the last one, and every third between (`use_more_bits`)."""
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2
