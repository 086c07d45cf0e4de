import * as v from 'valibot'

/** `owner/name` on a hub. */
export const repositorySchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/))
