import type { LabAddress, WatchLook } from '../../lab/lab-address'
import { watchAddress } from '../../lab/lab-address'
import type { Language, Question } from '../../lab/question'
import type { SuiteOrigin } from '../../lab/run'
import { repliesOf, settingsOf, type Setting } from '../../lab/series'
import { familiesOf, firstSuite, generate } from '../../lab/suites'
import type { Lab } from './lab.svelte'

/** So many replies begin as soon as an address is opened; more wait for a person, because they take long. */
const MOST_AT_ONCE = 100
/** The name of a question of an address is cut to this length. */
const LONGEST_TITLE = 60

/** What an address asks for, ready to be started. */
export interface LabLink {
  readonly suite: SuiteOrigin
  readonly questions: readonly Question[]
  readonly settings: readonly Setting[]
  readonly replies: number
  /** Whether it may begin without being asked. */
  readonly startsAtOnce: boolean
  /** How its only reply is watched; absent if there are several. */
  readonly look?: WatchLook
}

/** Makes the questions and settings of an address. @param language of a suite whose address names none */
export function linkOf(
  address: Exclude<LabAddress, { kind: 'watch' }>,
  lab: Pick<Lab, 'model' | 'advised'>,
  language: Language,
): LabLink {
  const { efforts, votes, temperatures, seeds } = address.settings
  const settings = settingsOf({
    models: [lab.model],
    efforts,
    votes,
    temperatures: temperatures.length > 0 ? temperatures : [lab.advised],
    seeds,
  })
  const { suite, questions } = asked(address, language)
  const replies = repliesOf(settings, questions.length)
  return {
    suite,
    questions,
    settings,
    replies,
    startsAtOnce: replies <= MOST_AT_ONCE,
    ...(replies === 1 && { look: address.look }),
  }
}

/** Starts it. @returns the address that shows it */
export async function startLink({ suite, questions, settings, look }: LabLink, lab: Lab): Promise<string> {
  const id = await lab.startAll(suite, questions, settings)
  return look ? watchAddress(id, 0, look) : `#/lab/${id}`
}

function asked(
  address: Exclude<LabAddress, { kind: 'watch' }>,
  language: Language,
): Pick<LabLink, 'suite' | 'questions'> {
  if (address.kind === 'ask') {
    const { text, answer } = address
    return { suite: { name: 'own', title: text.slice(0, LONGEST_TITLE) }, questions: [{ text, answer }] }
  }
  const { suite: name, levels, count, question } = address
  const spoken = address.language ?? language
  const seed = address.settings.seeds[0] ?? 1
  const all =
    name === 'first'
      ? firstSuite(spoken)
      : generate({ families: familiesOf(name), levels, language: spoken, count, seed })
  const questions = question === undefined ? all : all.slice(question - 1, question)
  return {
    suite: name === 'first' ? { name, language: spoken } : { name, language: spoken, levels, seed },
    questions: questions.length > 0 ? questions : all.slice(-1),
  }
}
