import type { Inline } from '../blocks'
import { readAddress, readMail } from './addresses'
import { isEscapable } from './characters'
import { readDelimiter } from './delimiters'
import { readEntity } from './entities'
import { LONGEST_TAG, readTag } from './html-tags'
import { InlineTokens } from './inline-tokens'
import { capDepth, plainText } from './inline-tree'
import { linkTarget } from './link-targets'
import { safeHref } from './links'
import { findFormula, looksLikeTex, mayClose } from './maths'
import { codeText, withoutBeginnings, withVisibleMarks } from './texts'
import type { References } from './references'

/** An opener waits at most this long for its end, in UTF-16 units, so that a long text need not be read again. */
const LONGEST_WAIT = 4000

const SPECIAL = /[\\`*_~[\]!<&$\n@]|https?:\/\/|www\./gi

interface InlineResult {
  readonly inlines: readonly Inline[]
  /** Whether later text may still close an element that this text opened. */
  readonly waits: boolean
}

/**
 * Reads the inlines of a block (CommonMark 0.31.2, section 6, and docs/markdown.md).
 * @param before the character before the text, if it is not a block's beginning
 * @param isOpen whether the text is still being written
 */
export function readInlines(text: string, references: References, before = '', isOpen = false): InlineResult {
  return new InlineReader(text, references, before, isOpen).read()
}

class InlineReader {
  readonly #text: string
  readonly #references: References
  readonly #before: string
  readonly #isOpen: boolean
  readonly #tokens = new InlineTokens()
  #at = 0
  /** Up to this index an element may still be closed. */
  #waitsUntil = 0

  constructor(text: string, references: References, before: string, isOpen: boolean) {
    this.#text = isOpen ? withoutBeginnings(text) : text
    this.#references = references
    this.#before = before
    this.#isOpen = isOpen
  }

  read(): InlineResult {
    const text = this.#text
    while (this.#at < text.length) {
      SPECIAL.lastIndex = this.#at
      const match = SPECIAL.exec(text)
      const special = match?.index ?? text.length
      if (special > this.#at) this.#tokens.pushText(text.slice(this.#at, special))
      this.#at = special
      if (match) this.#readSpecial(match[0])
    }
    const { inlines, waiting } = this.#tokens.finish(this.#isOpen)
    for (const { at } of waiting) this.#wait(at, LONGEST_WAIT)
    return { inlines: capDepth(inlines), waits: this.#waitsUntil > text.length }
  }

  #readSpecial(special: string): void {
    switch (special) {
      case '\\':
        this.#readBackslash()
        break
      case '$':
        if (!this.#readFormula()) this.#tokens.pushText(this.#takeWhile('$'))
        break
      case '`':
        this.#readCode()
        break
      case '*':
      case '_':
      case '~':
        this.#readDelimiter()
        break
      case '!':
        if (this.#text[this.#at + 1] === '[') this.#openBracket('![')
        else this.#take(1)
        break
      case '[':
        this.#openBracket('[')
        break
      case ']':
        this.#closeBracket()
        break
      case '<':
        this.#readTag()
        break
      case '&':
        this.#readEntity()
        break
      case '\n':
        this.#readLineEnd()
        break
      case '@':
        this.#readMail()
        break
      default:
        this.#readAddress(special)
    }
  }

  /** Takes this many characters as text. */
  #take(length: number): void {
    this.#tokens.pushText(this.#text.slice(this.#at, this.#at + length))
    this.#at += length
  }

  #takeWhile(character: string): string {
    const start = this.#at
    while (this.#text[this.#at] === character) this.#at += 1
    return this.#text.slice(start, this.#at)
  }

  /** Text at an index may be closed within this many characters. */
  #wait(at: number, span: number): void {
    this.#waitsUntil = Math.max(this.#waitsUntil, at + span)
  }

  #readBackslash(): void {
    if (this.#readFormula()) return
    const next = this.#text[this.#at + 1] ?? ''
    if (next === '\n') {
      this.#at += 1
      this.#readLineEnd()
    } else if (isEscapable(next) && !(/[([]/.test(next) && looksLikeTex(this.#text, this.#at))) {
      this.#tokens.pushText(next)
      this.#at += 2
    } else this.#take(1)
  }

  /** @returns whether a formula begins here */
  #readFormula(): boolean {
    // One formula that waits for its end shows that a part cannot end here; a search for others costs much.
    if (this.#waitsUntil === Infinity && !mayClose(this.#text, this.#at)) return false
    const found = findFormula(this.#text, this.#at)
    if (found === undefined) return false
    if (found === 'open') {
      this.#waitsUntil = Infinity
      if (!this.#isOpen) return false
      this.#tokens.push({ kind: 'pending', text: this.#text.slice(this.#at) })
      this.#at = this.#text.length
      return true
    }
    const { tex, display, end } = found
    this.#tokens.push({ kind: 'formula', tex, source: this.#text.slice(this.#at, end), display })
    this.#at = end
    return true
  }

  #readCode(): void {
    const start = this.#at
    const run = this.#takeWhile('`')
    const rest = this.#text.slice(this.#at, start + LONGEST_WAIT)
    const end = rest.search(new RegExp(`(?<!\`)${run}(?!\`)`))
    if (end !== -1) {
      this.#tokens.push({ kind: 'code', text: codeText(rest.slice(0, end)) })
      this.#at += end + run.length
      return
    }
    this.#wait(start, LONGEST_WAIT)
    if (this.#isOpen && /\S/.test(rest) && !rest.includes('\n')) {
      this.#tokens.push({ kind: 'code', text: rest })
      this.#at += rest.length
    } else this.#tokens.pushText(run)
  }

  #readDelimiter(): void {
    const delimiter = readDelimiter(this.#text, this.#at, this.#before)
    this.#tokens.pushDelimiter(delimiter)
    this.#at += delimiter.written
  }

  #openBracket(text: '[' | '!['): void {
    this.#tokens.openBracket(this.#at, text)
    this.#at += text.length
  }

  #closeBracket(): void {
    this.#at += 1
    const opener = this.#tokens.closeBracket()
    let target = opener?.isActive ? linkTarget(this.#text, this.#at, opener, this.#references) : undefined
    if (target === 'open') {
      this.#waitsUntil = Infinity
      target = this.#isOpen ? { end: this.#text.length } : undefined
    }
    if (!opener || !target) {
      this.#tokens.pushText(']')
      return
    }
    const children = this.#tokens.takeFrom(opener)
    this.#at = target.end
    const href = target.destination === undefined ? undefined : safeHref(target.destination)
    if (target.footnote) this.#tokens.push(target.footnote)
    else if (opener.isImage) {
      const alt = plainText(children)
      this.#tokens.push(href === undefined ? { kind: 'text', text: alt } : { kind: 'image', href, alt })
    } else {
      this.#tokens.forbidLinksAround()
      if (href === undefined) for (const child of children) this.#tokens.push(child)
      else this.#tokens.push({ kind: 'link', href, children: withVisibleMarks(children) })
    }
  }

  #readTag(): void {
    const tag = readTag(this.#text, this.#at)
    if (!tag) {
      this.#wait(this.#at, LONGEST_TAG)
      this.#take(1)
      return
    }
    const source = this.#text.slice(this.#at, tag.end)
    const href = tag.type === 'address' ? safeHref(tag.href) : undefined
    if (tag.type === 'open') this.#tokens.openTag(this.#at, source, tag.kind)
    else if (tag.type === 'break') this.#tokens.push({ kind: 'break' })
    else if (tag.type === 'address' && href !== undefined) this.#pushLink(href, tag.text)
    else if (tag.type !== 'close' || !this.#tokens.closeTag(tag.kind)) this.#tokens.pushText(source)
    this.#at = tag.end
  }

  #pushLink(href: string, text: string): void {
    this.#tokens.push({ kind: 'link', href, children: [{ kind: 'text', text }] })
  }

  #readEntity(): void {
    const entity = readEntity(this.#text, this.#at)
    if (!entity) {
      this.#take(1)
      return
    }
    this.#tokens.pushText(entity.text)
    this.#at = entity.end
  }

  /** Spaces around a line's end do not matter. */
  #readLineEnd(): void {
    const before = this.#tokens.takeText().trimEnd()
    if (before !== '') this.#tokens.pushText(before)
    this.#tokens.push({ kind: 'break' })
    this.#at += 1
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at += 1
  }

  #readMail(): void {
    const written = this.#tokens.takeText()
    const mail = readMail(this.#text, this.#at, this.#at - written.length)
    const before = mail ? written.slice(0, written.length - (this.#at - mail.start)) : written
    if (before !== '') this.#tokens.pushText(before)
    if (mail) {
      this.#pushLink(mail.href, this.#text.slice(mail.start, mail.end))
      this.#at = mail.end
    } else this.#take(1)
  }

  #readAddress(special: string): void {
    const isInLink = this.#tokens.openers.some(({ isImage, kind }) => !isImage && kind === undefined)
    const address = readAddress(this.#text, this.#at, isInLink)
    // an address that is the text of a link is no link of its own
    if (!address || (isInLink && /^[^[\]\n]*\]\(/.test(this.#text.slice(address.end, address.end + 200)))) {
      this.#take(special.length)
      return
    }
    this.#pushLink(address.href, this.#text.slice(this.#at, address.end))
    this.#at = address.end
  }
}
