import { toAppError } from '../shared/errors'

/** A part of the site without which there is no answer. @throws {AppError} `script-missing` */
export async function needed<T>(part: Promise<T>): Promise<T> {
  return await part.catch((error: unknown) => {
    throw toAppError(error, 'script-missing')
  })
}
