import { AppError } from '../shared/errors'
import { isFilePath } from '../shared/file-path'
import { airGapped, isAirGapped } from './air-gap'
import { countedResponse, outgoing } from './out-count'
import { OutBudget } from './out-budget'

/** A file to ask for. There is no other way to make an address for another host. */
export interface Errand {
  /** Absolute URL with a slash at its end. */
  readonly folder: string
  /** Of a file in the folder, as a part of an address: anything unusual is encoded. */
  readonly path: string
  /** What some hubs need to list all folders. */
  readonly query?: 'recursive=true' | 'Revision=master&Recursive=true'
  /** From one byte up to another; all if absent. */
  readonly range?: { readonly start: number; readonly end: number }
  /** Whether the page has chosen the range, so that it could say something. */
  readonly rangeIsGiven?: boolean
}

const budget = new OutBudget()

/**
 * The address of an errand, which lies in its folder whatever its path is.
 *
 * @throws {AppError} `address-refused`
 */
export function addressIn({ folder, path, query }: Errand): string {
  if (!isFolder(folder)) throw refused(folder)
  return `${folder}${encoded(path)}${query === undefined ? '' : `?${query}`}`
}

/** Whether a text is the address of a folder and says nothing else: no name, no query, no fragment. */
export function isFolder(text: string): boolean {
  if (!/^https?:\/\/[^\\?#@]+\/$/.test(text) || !URL.canParse(text)) return false
  return new URL(text).href === text
}

/** The path with every part encoded in one way. @throws {AppError} `address-refused` where it is no path of a file */
function encoded(path: string): string {
  let parts: string[]
  try {
    parts = path.split('/').map(decodeURIComponent)
    if (isFilePath(parts.join('/'))) return parts.map(encodeURIComponent).join('/')
  } catch {
    // Neither a name nor an encoded one.
  }
  throw refused(path)
}

/**
 * The one way out: asks a server for a file. Nothing goes with the request but the address and a range.
 *
 * @param purpose what it is for, as the ledger says
 * @throws {AppError} `address-refused`, `budget-spent`, `air-gapped`
 * @throws {TypeError} where no answer comes, as `fetch` does; the signal's reason when it is aborted
 */
export async function reach(errand: Errand, purpose: 'hub' | 'weights', signal: AbortSignal): Promise<Response> {
  const { range, rangeIsGiven = false } = errand
  const address = addressIn(errand)
  const asked = range && `bytes=${range.start}-${range.end - 1}`
  // The site's own files are stored, and the service worker answers for them.
  if (!isOfTheSite(address) && (await isAirGapped())) throw airGapped()
  budget.spend(address, rangeIsGiven ? asked : undefined)
  const request = outgoing(address, purpose, address.length + (asked === undefined ? 0 : `Range: ${asked}`.length))
  const response = await fetch(address, {
    signal,
    // The HTTP cache would keep a second copy of every byte, and might hand out an old one.
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'follow',
    referrerPolicy: 'no-referrer',
    // No If-Range: every request to another origin would have to ask for permission first, which hubs need not give.
    ...(asked !== undefined && { headers: { Range: asked } }),
  }).catch((error: unknown) => {
    request.end()
    throw error
  })
  return countedResponse(response, request)
}

function isOfTheSite(address: string): boolean {
  const { location } = globalThis as Partial<WorkerGlobalScope>
  return location !== undefined && new URL(address).origin === location.origin
}

function refused(what: string): AppError {
  const file = what.slice(0, 100)
  return new AppError('address-refused', `${file} is no file or folder of a model, and was not asked for.`, {
    retry: 'never',
    details: { file },
  })
}
