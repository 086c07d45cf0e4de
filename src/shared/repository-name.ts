import * as v from 'valibot'

/** `owner/name` on a hub. Hugging Face allows 96 characters for both together. */
export const repositorySchema = v.pipe(
  v.string(),
  v.maxLength(128),
  v.regex(/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/),
)
