import type { CodePiece } from '../../archive/html-code'
import { languageOf } from '../../highlight/languages'
import { ROLES } from '../../highlight/roles'
import { toLines, toPieces } from '../../highlight/runs'
import { codeView } from '../code-view.svelte'

/** The colours of a whole text in the language that a fence names; undefined if it stays plain. */
export async function codePieces(language: string, text: string): Promise<CodePiece[] | undefined> {
  const grammar = languageOf(language)?.grammar
  const runs = grammar === undefined ? undefined : await codeView.highlighter.whole(grammar, text)
  if (!runs) return undefined
  const lines = toLines(runs)
  return text.split('\n').flatMap((line, index) => {
    const pieces = toPieces(line, lines[index]).map(({ role, text }): CodePiece => {
      const name = ROLES[role]
      return name === undefined || name === 'plain' ? { text } : { text, role: name }
    })
    return index === 0 ? pieces : [{ text: '\n' }, ...pieces]
  })
}
