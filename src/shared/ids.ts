declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type ConversationId = Branded<'ConversationId'>
export type MessageId = Branded<'MessageId'>

/** A fresh id; ids sort in no order. */
export function newConversationId(): ConversationId {
  return crypto.randomUUID() as string as ConversationId
}

/** A fresh id; ids sort in no order. */
export function newMessageId(): MessageId {
  return crypto.randomUUID() as string as MessageId
}
