import { characterEntitiesHtml4 } from 'character-entities-html4'

/** HTML 5's names, which are rarely written: fetched when a text has a name that HTML 4 lacks. */
let rareNames: Readonly<Record<string, string>> | undefined
let isAsked = false

/** The characters of a name, as far as they are known. @param name without `&` and `;` */
export function namedCharacters(name: string): string | undefined {
  if (Object.hasOwn(characterEntitiesHtml4, name)) return characterEntitiesHtml4[name]
  isAsked ||= rareNames === undefined
  return rareNames && Object.hasOwn(rareNames, name) ? rareNames[name] : undefined
}

/** Whether a text was read with names that {@link loadRareNames} may know. */
export const areRareNamesAsked = (): boolean => isAsked && rareNames === undefined

/** Fetches HTML 5's names. Texts with such names must be read again. @returns whether they are known now */
export async function loadRareNames(): Promise<boolean> {
  try {
    rareNames = (await import('character-entities')).characterEntities
  } catch {
    isAsked = false // without a network, before the site is stored: the next one asks again
  }
  return rareNames !== undefined
}
