/** The most output of a preview that is shown, in lines, in characters altogether and in characters a line. */
export const OUTPUT_LINES = 1000
export const OUTPUT_CHARACTERS = 100_000
export const LINE_CHARACTERS = 10_000

/** Code beyond this is not run (bytes of UTF-8). */
export const CODE_BYTES = 256 * 1024

/** Messages past the agreed channel, which only hostile or mistaken code sends, before the preview is ended. */
export const STRAY_MESSAGES = 1000

/** Messages that the page takes between two ticks of the heartbeat; an honest run sends its lines and few others. */
export const MESSAGES_A_TICK = 2 * OUTPUT_LINES
