import type { Family, FamilyName } from '../question'
import { arithmetic } from './arithmetic'
import { classics } from './classics'
import { clocks } from './clocks'
import { dates } from './dates'
import { decimals } from './decimals'
import { grids } from './grids'
import { letters } from './letters'
import { order } from './order'
import { prices } from './prices'
import { remainders } from './remainders'
import { stories } from './stories'
import { tracing } from './tracing'

/** The maker of each kind of question. */
export const MAKERS: Readonly<Record<FamilyName, Family>> = {
  arithmetic,
  decimals,
  letters,
  stories,
  order,
  grids,
  dates,
  clocks,
  prices,
  tracing,
  remainders,
  classics,
}
