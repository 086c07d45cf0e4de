/**
 * Tokens of a prompt that llama.cpp computes at a time. It keeps room for the logits of each of them, 0.6 MB with R1's
 * vocabulary: with its own 512 that would be 311 MB. SmolLM2 took 407 MiB with 512, and 241 with 128.
 */
export const PREFILL_BATCH = 128
