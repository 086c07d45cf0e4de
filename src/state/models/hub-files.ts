import { memoryLimit, usualNeed } from '../../gguf/memory'
import type { RepositoryContents } from '../../hub/gguf-files'

/** How much of the model's knowledge its file keeps. */
export type Exactness = 'full' | 'almost' | 'good' | 'less' | 'little' | 'unknown'

/** The reason why a file of a repository cannot be used, by its name and length. */
export type FileProblem = 'split' | 'projector' | 'not-a-model' | 'no-hash' | 'too-large'

/** A GGUF file of a repository, described before any byte of it is fetched. */
export interface HubFile {
  readonly path: string
  readonly bytes: number
  readonly sha256?: string
  /** In its name, such as Q4_K_M. */
  readonly quantization?: string
  readonly exactness: Exactness
  readonly problem?: FileProblem
  /** Approximate bytes of memory that it needs. */
  readonly neededBytes: number
  /** Whether it leaves little memory for anything else. */
  readonly tight: boolean
  readonly recommended: boolean
}

/** The GGUF files of a repository, of which a person may choose one. */
export interface HubFiles {
  readonly repository: string
  readonly revision: string
  /** The recommended file first, then the usable ones, the largest first, then all others. */
  readonly files: readonly HubFile[]
}

/** The best choice wherever it fits: a third of the size in f16, with answers that hardly differ. */
const PREFERRED = 'Q4_K_M'
/** A model with at most this share of the memory leaves room for a long chat, and for the rest of the device. */
const COMFORTABLE_SHARE = 0.5

/** A recipe by its name in llama.cpp; unsloth puts UD- before its own. */
const QUANTIZATION = /(?:^|[-._])((?:UD-)?(?:I?Q\d\w*|TQ\d_0|BF16|F16|F32|FP16|FP32|MXFP4\w*))(?=[-._]|$)/i

/** The name of the quantisation in a file's name. */
export function quantizationIn(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.gguf$/i, '')
  const found = [...name.matchAll(new RegExp(QUANTIZATION, 'gi'))].at(-1)?.[1]
  return found?.toUpperCase()
}

/** How exact a quantisation is, by its bits. */
function exactnessOf(quantization: string | undefined): Exactness {
  if (quantization === undefined) return 'unknown'
  if (/F16|F32|FP16|FP32/.test(quantization)) return 'full'
  const bits = Number(/Q(\d)/.exec(quantization)?.[1] ?? 4)
  if (bits >= 6) return 'almost'
  if (bits >= 4) return 'good'
  return bits === 3 ? 'less' : 'little'
}

/**
 * A repository's GGUF files with the facts about each, and the file that suits this device best. Later parts of split
 * files are left out.
 *
 * @param deviceMemoryGiB as the browser gives it, if it does
 */
export function hubFiles(
  { repository, revision, ggufs }: RepositoryContents,
  deviceMemoryGiB: number | undefined,
): HubFiles {
  const limit = memoryLimit(deviceMemoryGiB)
  const files = ggufs
    .filter(({ path }) => Number(/-(\d{5})-of-\d{5}\.gguf$/i.exec(path)?.[1] ?? 1) === 1)
    .map((file): HubFile => {
      const quantization = quantizationIn(file.path)
      const neededBytes = usualNeed(file.bytes)
      const problem = problemOf(file, neededBytes > limit)
      return {
        ...file,
        ...(quantization !== undefined && { quantization }),
        ...(problem && { problem }),
        exactness: exactnessOf(quantization),
        neededBytes,
        tight: file.bytes > limit * COMFORTABLE_SHARE,
        recommended: false,
      }
    })
  const usable = files.filter(({ problem }) => !problem).sort((one, other) => other.bytes - one.bytes)
  const best = recommendationOf(usable)
  return {
    repository,
    revision,
    files: [
      ...(best ? [{ ...best, recommended: true }] : []),
      ...usable.filter((file) => file !== best),
      ...files.filter(({ problem }) => problem).sort((one, other) => one.bytes - other.bytes),
    ],
  }
}

/** The reason why a file cannot be used. @param large whether it does not fit into memory */
function problemOf({ path, sha256 }: RepositoryContents['ggufs'][number], large: boolean): FileProblem | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/mmproj/i.test(name)) return 'projector'
  if (/imatrix/i.test(name)) return 'not-a-model'
  if (/-\d{5}-of-\d{5}\.gguf$/i.test(name)) return 'split'
  if (sha256 === undefined) return 'no-hash'
  return large ? 'too-large' : undefined
}

/** @param usable the largest first */
function recommendationOf(usable: readonly HubFile[]): HubFile | undefined {
  const comfortable = usable.filter(({ tight }) => !tight)
  const preferred = comfortable.find(({ quantization }) => quantization === PREFERRED)
  // More than 8 bits a weight cost twice the time, and nobody sees the difference.
  const quantised = comfortable.find(({ exactness }) => exactness !== 'full' && exactness !== 'little')
  return preferred ?? quantised ?? comfortable[0] ?? usable.at(-1)
}
