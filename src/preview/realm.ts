import { isNeutralised, neutralise, splitBegun } from './markup'

/**
 * Removes from the content's realm what its policy cannot refuse: peer connections, and every way to a realm that has
 * them or to a <link> that connects. It runs before the content. Functions that it calls later are kept here or locked,
 * so that the content cannot replace them. Browsers without Trusted Types lack the part about markup set by scripts.
 */
export function narrowRealm(): void {
  lock(RegExp.prototype)
  lock(String.prototype)
  forgetPeers()
  checkMarkup()
  checkNames()
  checkWriting()
}

const { apply } = Reflect
const toText = String

type Method = (this: unknown, ...values: unknown[]) => unknown

/** A method by itself, to be called through `apply`; undefined if the browser has none of that name. */
function methodOf(prototype: object, name: string): Method | undefined {
  const method: unknown = Reflect.get(prototype, name)
  return typeof method === 'function' ? (method as Method) : undefined
}

/** Replaces one method by another for good. */
function replace(prototype: object, name: string, by: (original: Method) => Method): void {
  const original = methodOf(prototype, name)
  if (original) Object.defineProperty(prototype, name, { configurable: false, writable: false, value: by(original) })
}

/** Existing members cannot be changed; new ones can still be added. */
function lock(prototype: object): void {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
    if (property.configurable)
      Object.defineProperty(prototype, name, { configurable: false, ...('value' in property && { writable: false }) })
  for (const symbol of [Symbol.replace, Symbol.search])
    if (symbol in prototype) Object.defineProperty(prototype, symbol, { configurable: false, writable: false })
}

function forgetPeers(): void {
  for (const name of Object.getOwnPropertyNames(globalThis))
    if (/^(?:webkit|moz)?RTC|^XSLTProcessor$|^WebTransport|^PresentationRequest$/.test(name))
      Reflect.deleteProperty(globalThis, name)
}

/** Every text that a script turns into markup passes here; a second default policy is refused. */
function checkMarkup(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypePolicyFactory }
  trustedTypes?.createPolicy('default', {
    createHTML: (markup) => neutralise(markup),
    createScript: (script) => script,
    createScriptURL: (url) => url,
  })
  // Methods that take markup in pieces could get a name in two.
  for (const prototype of [Element.prototype, ShadowRoot.prototype, Document.prototype])
    for (const name of Object.getOwnPropertyNames(prototype))
      if (/^stream|^(?:append|prepend|before|after|replaceWith)\w*HTML/.test(name))
        Reflect.deleteProperty(prototype, name)
}

/** Checks a method's argument that is the name of an element. */
function checkName(prototype: object, name: string, index: number): void {
  replace(prototype, name, (original) => {
    return function (...values) {
      if (values.length > index) {
        // Converted to text once: an object could give another text the second time.
        const element = toText(values[index])
        values[index] = isNeutralised(element) ? 'blocked-element' : element
      }
      return apply(original, this, values)
    }
  })
}

function checkNames(): void {
  checkName(Document.prototype, 'createElement', 0)
  checkName(Document.prototype, 'createElementNS', 1)
  checkName(DOMImplementation.prototype, 'createDocument', 1)
  // Without its options: they could make an <iframe> as a class of its own.
  replace(CustomElementRegistry.prototype, 'define', (original) => {
    return function (...values) {
      return apply(original, this, [values[0], values[1]])
    }
  })
}

/** document.write takes markup in pieces: an incomplete name waits for the rest. */
function checkWriting(): void {
  let begun = ''
  const joined = (texts: readonly unknown[]) => {
    let markup = begun
    for (let index = 0; index < texts.length; index += 1) markup += toText(texts[index])
    return markup
  }
  replace(Document.prototype, 'write', (original) => {
    return function (...texts) {
      const split = splitBegun(joined(texts))
      begun = split.begun
      return apply(original, this, [neutralise(split.safe)])
    }
  })
  replace(Document.prototype, 'writeln', (original) => {
    return function (...texts) {
      // The space ends a name, as the end of the line will.
      const markup = neutralise(`${joined(texts)} `)
      begun = ''
      return apply(original, this, [markup])
    }
  })
}
