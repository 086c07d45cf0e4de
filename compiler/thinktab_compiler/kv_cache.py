"""Creation of TVM's paged KV cache with the kernels of a profile."""

from tvm import ir, relax, tirx
from tvm.relax.frontend import nn
from tvm.relax.frontend.nn import op
from tvm.relax.frontend.nn.llm.kv_cache import AttnKind, PagedKVCache, RopeMode

from .config import KV_PAGE, ModelConfig
from .kernels import Profile
from .kernels.attention import AttentionShape
from .kernels.elementwise import append_kernel, split_rotary_kernel, turns_table
from .rope import frequencies
from .tvm_private import attention as runtime_attention
from .tvm_private import copy_page_kernel, created_cache


def create_kv_cache(
    config: ModelConfig, attention: AttentionShape, profile: Profile, sizes: list[tirx.Var]
) -> PagedKVCache:
    """Calls the runtime's constructor, whose arguments are positional.

    `sizes` are sequences, total length, prefill chunk, page and sliding window. Empty tuples leave out sliding windows,
    token trees and latent attention. The kernel that copies a page when a sequence forks also stands for the debug and
    compaction kernels, which nothing calls.

    The rotary frequencies take the place of extension factors, which belong to another kind of scaling. The runtime
    hands that tensor to the rotary kernel unread, so one kernel serves every scaling.
    """
    builder = relax.BlockBuilder.current()
    heads, kv_heads, head_dim = attention.heads, attention.kv_heads, attention.head_dim
    kernels = profile.attention(attention)
    scaling = config.rope_scaling
    turns = turns_table(frequencies(head_dim, config.rope_theta, scaling))
    number, shape = relax.prim_value, relax.ShapeExpr

    def kernel(function: tirx.PrimFunc, name: str) -> relax.Tuple:
        return relax.Tuple([ir.StringImm("tirx"), builder.add_func(function, name)])

    rotary = split_rotary_kernel(attention, scaling.magnitude if scaling else 1.0)
    copy = copy_page_kernel(kv_heads, KV_PAGE, head_dim, attention.pages)
    copy_page = builder.add_func(copy, "kv_cache_copy_single_page")
    absent = relax.Tuple([])
    return created_cache(
        [
            shape(sizes),
            shape([0, config.num_hidden_layers]),
            number(heads),
            number(kv_heads),
            number(head_dim),
            number(head_dim),
            shape([int(AttnKind.MHA)] * config.num_hidden_layers),
            number(False),  # no disaggregation
            number(RopeMode.NORMAL),
            number(1),  # rope scale
            number(config.rope_theta),
            relax.const(turns),
            relax.op.zeros((), attention.pages),
            builder.add_func(append_kernel(attention), "kv_cache_transpose_append"),
            number(0),  # no latent attention, so no append kernel for it
            kernel(kernels.prefill_ragged, "tir_attention_prefill_ragged"),
            kernel(kernels.prefill_paged, "tir_attention_prefill"),
            kernel(kernels.decode, "tir_attention_decode"),
            absent,  # prefill, sliding window
            absent,  # decode, sliding window
            absent,  # prefill, token tree, paged
            absent,  # prefill, token tree
            absent,  # latent attention
            relax.Tuple([builder.add_func(kernels.merge_state, "tir_attention_merge_state")]),
            builder.add_func(rotary, "tir_split_rotary"),
            copy_page,
            copy_page,
            copy_page,
        ]
    )


def attend(cache: PagedKVCache, config: ModelConfig, layer: int, qkv: nn.Tensor) -> nn.Tensor:
    """Rotates, stores and attends: qkv [1, s, rows of the fused projection] -> [1, s, heads * head_dim].

    Calls the runtime directly, because the frontend's method adds a second reshape on either side. TVM turns two fused
    reshapes into a copying kernel, where one is a view.
    """
    heads, head_dim = config.num_attention_heads, config.head_dim
    length = qkv.shape[1]
    rows = op.reshape(qkv, (length, heads + 2 * config.num_key_value_heads, head_dim))
    mixed = runtime_attention(cache, layer, head_dim**-0.5, rows, (length, heads, head_dim))
    return op.reshape(mixed, (1, length, heads * head_dim))
