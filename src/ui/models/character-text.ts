import { m } from '../../i18n'
import type { CatalogueModel } from '../../models/catalogue'

/** The strengths and weaknesses of a model of the catalogue, by its kind and size. */
export function characterText({ group, parameters }: Pick<CatalogueModel, 'group' | 'parameters'>): string {
  if (parameters < 1e9) return m.character_tiny()
  if (parameters < 3e9) return group === 'r1' ? m.character_small_r1() : m.character_small()
  return parameters < 6e9 ? m.character_medium() : m.character_large()
}
