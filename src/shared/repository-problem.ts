import { AppError } from './errors'

/** The reason why a repository cannot be used. */
export type RepositoryProblem =
  'file-missing' | 'file-unreadable' | 'file-too-large' | 'length-differs' | 'no-kernels' | 'no-template-token'

/** For `parseAs`: the error for a file of a repository in a wrong form. */
export function unreadable(repository: string, path: string): (field: string | undefined) => AppError {
  return (field = '?') => repositoryUnusable(repository, 'file-unreadable', `${path}: ${field}`)
}

/** @param what the wrong file, network or token */
export function repositoryUnusable(repository: string, problem: RepositoryProblem, what: string): AppError {
  return new AppError('repository-unusable', `${repository} cannot be used: ${problem} (${what}).`, {
    retry: 'never',
    details: { repository, problem, what },
  })
}
