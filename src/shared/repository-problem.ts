import { AppError } from './errors'

/** Why a repository cannot be used. */
export type RepositoryProblem =
  'file-missing' | 'file-unreadable' | 'file-too-large' | 'length-differs' | 'no-kernels' | 'no-template-token'

/** For `parseAs`: a file of a repository is not in the form that it should have. */
export function unreadable(repository: string, path: string): (field: string | undefined) => AppError {
  return (field = '?') => repositoryUnusable(repository, 'file-unreadable', `${path}: ${field}`)
}

/** @param what the file, network or token that is the matter */
export function repositoryUnusable(repository: string, problem: RepositoryProblem, what: string): AppError {
  return new AppError('repository-unusable', `${repository} cannot be used: ${problem} (${what}).`, {
    retry: 'never',
    details: { repository, problem, what },
  })
}
