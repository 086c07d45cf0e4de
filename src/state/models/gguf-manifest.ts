import { HISTORY_SHARE } from '../../hub/hub-model'
import type { GgufFacts } from '../../gguf/facts'
import type { GgufModel } from '../../gguf/gguf-protocol'
import type { Artifact, ModelManifest } from '../../models/manifest'
import type { InstalledModel } from '../../weights/installed-models'
import { UNKNOWN_LICENCE } from '../../shared/licence'

/** Tokens of context that a model gets at first; a person with enough memory can choose more. */
const USUAL_CONTEXT = 8192
/** Fewest tokens of context with which a model is useful. */
export const SHORTEST_CONTEXT = 512

/**
 * The advice of DeepSeek and Qwen for models that think, and usual values for others; small models ramble at high
 * temperatures.
 */
const SAMPLING = {
  thinking: { temperature: 0.6, topP: 0.95 },
  answering: { temperature: 0.7, topP: 0.8 },
  small: { temperature: 0.2, topP: 0.9 },
} as const
const SMALL_PARAMETERS = 1e9

/** The id of a model from this file. */
export function ggufId(fileName: string): string {
  const slug = fileName
    .toLowerCase()
    .replace(/\.gguf$/, '')
    .replaceAll(/[^a-z0-9._-]+/g, '-')
  return `gguf-${slug}`.slice(0, 64)
}

/** The id of a model from this file of a repository: two publishers' files may have one name. */
export function hubGgufId(repository: string, path: string, sha256: string): string {
  const id = `gguf-${`${repository}-${path}`.toLowerCase().replace(/\.gguf$/, '')}`.replaceAll(/[^a-z0-9._-]+/g, '-')
  // The end of a long name tells its files apart.
  return id.length <= 64 ? id : `${id.slice(0, 55)}-${sha256.slice(0, 8)}`
}

/** What a model's record keeps of its file, beside the manifest. @param longest as `ggufManifest` gets it */
export function factsOf(
  { kernels, cacheBytesPerToken }: GgufFacts,
  longest: number,
): Pick<InstalledModel, 'kernelNeeds' | 'processorContext'> {
  return { kernelNeeds: kernels, processorContext: { longest, bytesPerToken: cacheBytesPerToken } }
}

/**
 * The manifest of a model that is a single GGUF file.
 *
 * @param file.source the place on a hub, if there is one
 * @param longest tokens of context that fit into llama.cpp's memory
 */
export function ggufManifest(
  { facts, template, thinks }: GgufModel,
  file: {
    readonly name: string
    readonly artifact: Artifact
    readonly id: string
    readonly source?: ModelManifest['source']
  },
  longest: number,
): ModelManifest {
  const contextWindow = Math.min(USUAL_CONTEXT, longest, facts.contextLength)
  const { licence, quantization, vocabulary } = facts
  return {
    version: 2,
    id: file.id,
    name: (facts.name ?? file.name.replace(/\.gguf$/i, '')).slice(0, 100),
    parameters: facts.parameters,
    contextWindow,
    template,
    sampling: thinks ? SAMPLING.thinking : facts.parameters < SMALL_PARAMETERS ? SAMPLING.small : SAMPLING.answering,
    historyTokens: Math.floor(contextWindow * HISTORY_SHARE),
    licence: licence ?? UNKNOWN_LICENCE,
    source: file.source ?? { revision: file.artifact.sha256.slice(0, 16) },
    builds: [
      { engine: 'processor', quantization, addedTokens: [...vocabulary.addedTokens], artifacts: [file.artifact] },
    ],
  }
}
