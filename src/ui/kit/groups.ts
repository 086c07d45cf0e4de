/** Parts in a group, and groups in an outer one: a tree, because with each token the browser looks at every neighbour of what grows. */
export const GROUP = 8
/** Parts in an outer group. */
export const OUTER = GROUP * GROUP
