/**
 * The value that an answer ends with, for comparing answers with each other or with the right value.
 *
 * 1. The content of the last `\boxed{…}`. DeepSeek-R1's model card asks for it.
 * 2. Else the text after the last "Final Answer", "Answer:", "最终答案" or "答案：" on its line, or on the next line with
 *    text.
 * 3. Else the one number in bold on the last line, if only one is: `**9.9** is larger than 9.11.`
 * 4. Else the last number, or the last choice letter (`(B)`, `option B`, `选B`), whichever comes later.
 *
 * In step 2, if the line ends in a number or a letter, only that is taken; otherwise the whole line.
 *
 * @param answer Markdown as the model wrote it, without its thought
 * @returns the value without signs of markup: no `$`, no `\text{…}`, no commas between thousands, no full stop
 */
export function finalValue(answer: string): string | undefined {
  const text = withoutCode(answer)
  const boxed = lastBoxed(text)
  if (boxed !== undefined) return cleaned(boxed)
  const stated = lastStated(text)
  if (stated !== undefined) return lastChoice(stated) ?? cleaned(stated)
  return onlyBold(text) ?? lastChoice(text)
}

/** The number that stands alone in bold on the last line; undefined if none does, or several different ones do. */
function onlyBold(text: string): string | undefined {
  const line = text.trimEnd().split('\n').at(-1) ?? ''
  const bold = [...line.matchAll(/\*\*([^*\n]+)\*\*/g)].map(([, content = '']) => cleaned(content))
  const numbers = new Set(bold.filter((content) => content.replace(NUMBER, '') === '' && content !== ''))
  const [number] = numbers
  return numbers.size === 1 ? number : undefined
}

/** The text in a fence is code, and does not state the answer. */
const withoutCode = (text: string): string => text.replace(/^ {0,3}(```|~~~)[\s\S]*?(?:^ {0,3}\1|(?![\s\S]))/gm, '\n')

function lastBoxed(text: string): string | undefined {
  const start = text.lastIndexOf('\\boxed{')
  if (start === -1) return undefined
  const open = start + '\\boxed'.length
  let depth = 0
  for (let index = open; index < text.length; index += 1) {
    const character = text[index]
    if (character === '\\') index += 1
    else if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth > 0) continue
      const content = text.slice(open + 1, index)
      // "put it within \boxed{}" mentions a box and is none
      return content.trim() === '' ? lastBoxed(text.slice(0, start)) : content
    }
  }
  return lastBoxed(text.slice(0, start))
}

const STATED =
  /(?:final\s+answer|(?<![A-Za-z])answer(?=\s*(?:\*\*)?\s*(?:[:：=]|is\b))|最终答案|最后答案|答案(?=\s*(?:\*\*)?\s*[:：是为]))(?:\s+is\b)?[\s*_#]*[:：=是为]?[ \t*_]*/gi

function lastStated(text: string): string | undefined {
  const last = [...text.matchAll(STATED)].at(-1)
  if (!last) return undefined
  const rest = text.slice(last.index + last[0].length)
  const line = rest.split('\n').find((part) => cleaned(part) !== '')
  return line === undefined ? undefined : cleaned(line)
}

const NUMBER = /(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+|:\d{2})?(?:\s?\/\s?\d+)?%?(?![\w])/g
const LETTER =
  /\(([A-H])\)|（([A-H])）|(?:option|choice|answer is|选项?|为|是)\s*\**([A-H])(?![A-Za-z])|^\s*\**([A-H])\**[.。]?\s*$/gim

/** The last number or choice letter. */
function lastChoice(text: string): string | undefined {
  // the number of an item is not a value
  const prose = text.replace(/^[ \t]*\d{1,3}[.)、][ \t]/gm, (mark) => ' '.repeat(mark.length))
  const number = [...prose.matchAll(NUMBER)].at(-1)
  const letter = [...prose.matchAll(LETTER)].at(-1)
  if (letter && letter.index > (number?.index ?? -1)) return letter.slice(1).find(Boolean)?.toUpperCase()
  return number && cleaned(number[0])
}

/** Without markup, delimiters of formulas and commas between thousands. */
function cleaned(value: string): string {
  return value
    .replace(/\\(?:text|mathrm|mathbf|textbf|mbox)\s*\{([^{}]*)\}/g, '$1')
    .replace(/\\[dt]frac/g, '\\frac')
    .replace(/\\(?:left|right)(?![A-Za-z])|\\[,;!: ]|\{,\}(?=\d)|\\\(|\\\)|\\\[|\\\]|\$/g, (found) =>
      found === '\\ ' ? ' ' : '',
    )
    .replace(/\\([%#&_])/g, '$1')
    .replace(/(\d),(?=\d{3}(?!\d))/g, '$1')
    .replace(/−/g, '-')
    .replace(/\*\*|__|`/g, '')
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .replace(/[.。，,;；]+$/, '')
    .replace(/(\d)\s?\/\s?(\d)/g, '$1/$2')
    .trim()
}
