/** A step of a thought. */
export interface Step {
  /** Its offset in the thought, in UTF-16 units. */
  readonly at: number
  /** Its first words, without marks of Markdown. */
  readonly label: string
}

/** Words with which R1 begins a step of its own, at the start of a line. */
const AT_LINE =
  /^(?:(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|next|then|now|finally|lastly|so|therefore|thus|okay|ok|alright|in (?:summary|conclusion)|to (?:summarize|confirm)|let me|let's|step \d+|case \d+|method \d+|approach \d+)\b|(?:首先|其次|再次|接下来|接着|然后|现在|最后|因此|所以|综上|总之|好的|好，|嗯，|让我|我们来|第[一二三四五六七八九十\d]+[步个种]?|步骤\s*[一二三四五六七八九十\d]+|方法[一二三四五六七八九十\d]+)|\d{1,2}[.)、]\s|#{1,6}\s)/i
/** Words with which R1 turns to another idea, at the start of any sentence. */
const TURN =
  /(?:(?:but )?wait\b|hmm+\b|hold on\b|hang on\b|alternatively\b|actually\b|but (?:let me|maybe|what if|hold on)\b|another (?:way|approach|method|idea)\b|(?:first(?:ly)?|second(?:ly)?|third(?:ly)?)\b,?|首先|其次|等等|等一下|等下|不对|且慢|另外|或者|换一?[个种]|另一[个种]|再(?:检查|验证|想|看|算)|让我再?(?:检查|验证|确认|想|试)|检查一下|验证一下)/i
const SENTENCE = /(?<=[.!?。！？])\s*(?=\S)/g
const LONGEST_LABEL = 60

/**
 * The steps of a thought, by the words that R1 and Qwen3 begin them with ("First", "Wait", "Alternatively", 首先, 等等, 另外, numbers).
 * The first is always the beginning of the thought.
 */
export function outlineOf(thought: string): readonly Step[] {
  const steps: Step[] = []
  let lineStart = 0
  let isCode = false
  for (const line of thought.split('\n')) {
    if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode
    else if (!isCode && line.trim() !== '') {
      for (const at of startsIn(line, steps.length === 0))
        steps.push({ at: lineStart + at, label: labelOf(line.slice(at)) })
    }
    lineStart += line.length + 1
  }
  return steps
}

/** The offsets of steps in a line. @param isFirst whether any beginning counts */
function startsIn(line: string, isFirst: boolean): number[] {
  const starts: number[] = []
  const indent = line.length - line.trimStart().length
  const sentences = [indent, ...[...line.matchAll(SENTENCE)].map((match) => match.index + match[0].length)]
  for (const at of sentences) {
    const rest = line.slice(at).replace(/^[*_>\s-]+/, '')
    const begins = startsWith(TURN, rest) || (at === indent && (isFirst || AT_LINE.test(rest)))
    if (begins) starts.push(at)
  }
  return starts
}

function startsWith(pattern: RegExp, text: string): boolean {
  return pattern.exec(text.slice(0, 40))?.index === 0
}

function labelOf(text: string): string {
  const number = /^[*_>\s]*\d{1,2}[.)、]\s*/.exec(text)?.[0] ?? ''
  const sentence = text.slice(number.length).split(/(?<=[.!?。！？])(?:\s|$)|(?<=[。！？])/, 1)[0] ?? ''
  const plain = `${number}${sentence}`
    .replace(/\*\*|__|(?<![\w)\]])[*_]|[*_](?![\w([])|[`#>$]+|\\[()[\]]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  return plain.length > LONGEST_LABEL ? `${plain.slice(0, LONGEST_LABEL).trimEnd()}…` : plain
}

/** A place in a reply's text, in UTF-16 units, and the number of tokens generated up to it. */
export type TokenMark = readonly [at: number, tokens: number]

/**
 * How many tokens lie before a place: exact at a mark, in proportion between two marks.
 * @param marks in the order of the text, from its beginning to its end
 */
export function tokensBefore(marks: readonly TokenMark[], at: number): number {
  const next = marks.findIndex(([place]) => place >= at)
  if (next === -1) return marks.at(-1)?.[1] ?? 0
  const [place, tokens] = marks[next] ?? [0, 0]
  const [placeBefore, tokensThere] = marks[next - 1] ?? [0, 0]
  if (place === placeBefore) return tokens
  return Math.round(tokensThere + ((at - placeBefore) / (place - placeBefore)) * (tokens - tokensThere))
}
