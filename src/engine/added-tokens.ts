import * as v from 'valibot'

/** The part of tokenizer.json that names contents which become one token in any text. */
const tokenizerSchema = v.object({ added_tokens: v.optional(v.array(v.object({ content: v.string() })), []) })

/** The contents that a tokenizer turns into one id wherever it sees them, from the text of its tokenizer.json. */
export function addedTokens(tokenizerJson: string): string[] {
  return v.parse(tokenizerSchema, JSON.parse(tokenizerJson)).added_tokens.map(({ content }) => content)
}
