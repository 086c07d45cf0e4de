import { repositoryUnusable } from '../shared/repository-problem'
import type { RepositoryReport } from './repository'
import type { Kernels } from '../models/kernels'
import type { Artifact, ModelManifest, TemplateName } from '../models/manifest'

/** The facts that a repository does not give about its model. */
export interface ModelFacts extends Pick<
  ModelManifest,
  'id' | 'name' | 'parameters' | 'contextWindow' | 'sampling' | 'licence'
> {
  readonly template: TemplateName
}

/** Control tokens that a model needs for a template to work. */
const TEMPLATE_TOKENS: Readonly<Record<TemplateName, readonly string[]>> = {
  'deepseek-r1': ['<｜User｜>', '<｜Assistant｜>', '<think>', '</think>'],
  qwen3: ['<|im_start|>', '<|im_end|>', '<|endoftext|>', '<think>', '</think>'],
}
/** The share of the context window that earlier turns may take, so that a long thought still fits. */
export const HISTORY_SHARE = 0.375

/**
 * The chat template of a model that names none: the template whose control tokens its tokenizer has.
 *
 * @throws {AppError} `repository-unusable` if no template fits
 */
export function templateOf({ repository, addedTokens }: RepositoryReport): TemplateName {
  const lacking: string[] = []
  for (const [name, tokens] of Object.entries(TEMPLATE_TOKENS) as [TemplateName, readonly string[]][]) {
    const missing = tokens.find((token) => !addedTokens.includes(token))
    if (missing === undefined) return name
    lacking.push(missing)
  }
  throw repositoryUnusable(repository, 'no-template-token', lacking.join(' '))
}

/** @throws {AppError} `repository-unusable` if a tokenizer with these tokens lacks one of a template's */
export function requireTemplate(repository: string, template: TemplateName, addedTokens: readonly string[]): void {
  const missing = TEMPLATE_TOKENS[template].filter((token) => !addedTokens.includes(token))
  if (missing.length > 0) throw repositoryUnusable(repository, 'no-template-token', missing.join(' '))
}

/**
 * The manifest of a model whose weights lie in a hub's repository and whose kernels come with the site.
 *
 * @throws {AppError} `repository-unusable` if its tokenizer does not have the template's tokens
 */
export function hubManifest(report: RepositoryReport, kernels: Kernels, facts: ModelFacts): ModelManifest {
  const { repository, revision, files, indexPath, addedTokens } = report
  requireTemplate(repository, facts.template, addedTokens)
  const artifacts: Artifact[] = files.map(({ path, bytes, sha256 }) => {
    if (path === indexPath && path !== 'tensor-cache.json')
      return { path: 'tensor-cache.json', from: path, bytes, sha256, role: 'config' }
    const role = path === 'tokenizer.json' ? 'tokenizer' : path.endsWith('.json') ? 'config' : 'shard'
    return { path, bytes, sha256, role }
  })
  const { file, bytes, sha256, features, limits, quantization, context } = kernels
  return {
    ...facts,
    version: 2,
    contextWindow: Math.min(facts.contextWindow, context),
    historyTokens: Math.floor(Math.min(facts.contextWindow, context) * HISTORY_SHARE),
    source: { revision, repository },
    builds: [
      {
        engine: 'webgpu',
        quantization,
        library: { profile: 'gpu' },
        requires: { features, limits },
        artifacts: [...artifacts, { path: file, bytes, sha256, role: 'library' }],
      },
    ],
  }
}
