/**
 * Names of `LLM_ARCH_NAMES` in llama.cpp's src/llama-arch.cpp that are strings of wllama 2.3.7's WebAssembly (b7179),
 * and that write text from left to right. `gptj` has a name there, but no program; `mellum` is the name of a tokenizer
 * in that version.
 */
export const CHAT_ARCHITECTURES: ReadonlySet<string> = new Set(
  (
    'llama llama4 deci falcon grok gpt2 gptneox mpt baichuan starcoder refact bloom stablelm qwen qwen2 qwen2moe qwen2vl ' +
    'qwen3 qwen3moe qwen3vl qwen3vlmoe phi2 phi3 phimoe plamo plamo2 codeshell orion internlm2 minicpm minicpm3 gemma ' +
    'gemma2 gemma3 gemma3n starcoder2 mamba mamba2 jamba falcon-h1 xverse command-r cohere2 dbrx olmo olmo2 olmoe openelm ' +
    'arctic deepseek deepseek2 chatglm glm4 glm4moe bitnet jais nemotron nemotron_h exaone exaone4 rwkv6 rwkv6qwen2 rwkv7 ' +
    'arwkv7 granite granitemoe granitehybrid chameleon plm bailingmoe bailingmoe2 dots1 arcee afmoe ernie4_5 ernie4_5-moe ' +
    'hunyuan-moe hunyuan-dense smollm3 gpt-oss lfm2 lfm2moe smallthinker seed_oss grovemoe apertus minimax-m2 cogvlm ' +
    'pangu-embedded'
  ).split(' '),
)

/** Architectures that make vectors, fill gaps or speak: they cannot answer in a chat, in this engine or at all. */
export const OTHER_ARCHITECTURES: ReadonlySet<string> = new Set(
  (
    'bert modern-bert nomic-bert nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert gemma-embedding llama-embed t5 ' +
    't5encoder dream llada llada-moe rnd1 wavtokenizer-dec'
  ).split(' '),
)
