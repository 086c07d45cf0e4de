/** What a manifest has as a model's licence where its file or its hub names none. */
export const UNKNOWN_LICENCE = '?'
