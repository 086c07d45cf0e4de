/**
 * Parts in a group, and groups in an outer one. A tree, because with each token the browser looks at every neighbour of
 * the growing part.
 */
export const GROUP = 8
/** Parts in an outer group. */
export const OUTER = GROUP * GROUP
