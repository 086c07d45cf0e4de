import * as v from 'valibot'
import { AppError } from './errors'

/**
 * Parses data from outside by its schema.
 *
 * @param refuse makes an error from the path of the first wrong field (`a.0.b`; undefined for the whole) and its
 * problem
 * @throws the error that `refuse` makes
 */
export function parseAs<T extends v.GenericSchema>(
  schema: T,
  data: unknown,
  refuse: (field: string | undefined, problem: string) => AppError,
): v.InferOutput<T> {
  const result = v.safeParse(schema, data)
  if (result.success) return result.output
  const [issue] = result.issues
  throw refuse(v.getDotPath(issue) ?? undefined, issue.message)
}

/**
 * For `parseAs`: the error for a wrong description of the site or a model. @param what its name in a sentence @param
 * whole its file
 */
export function invalid(what: string, whole: string): (field: string | undefined, problem: string) => AppError {
  return (field = whole, problem) =>
    new AppError('manifest-invalid', `${what} is wrong at ${field}: ${problem}`, {
      retry: 'later',
      details: { field, problem },
    })
}
