import { AppError } from '../../shared/errors'

/** The engine serves another tab first, or has to be found again; the model may be loaded again at once. */
export const moved = (): AppError => new AppError('engine-moved', 'The model serves another tab now.', { retry: 'now' })
