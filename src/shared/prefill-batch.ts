/**
 * Tokens of a prompt that llama.cpp computes at a time. It reserves room for the logits of each of them: with R1's vocabulary 311 MB
 * for its own 512, 78 MB for 128, of the 4 GiB that it can address. SmolLM2's prompt is read as fast with either.
 */
export const PREFILL_BATCH = 128
