import * as v from 'valibot'
import { invalid, parseAs } from '../shared/parse-as'
import { isKernels, type WebGpuBuild } from './manifest'
import { artifactSchema } from './manifest-schema'

const tokens = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.minLength(1))

/**
 * golden.json, version 1. The compiler writes it: the replies on which the numpy model and WebLLM with these kernels
 * agree.
 */
const goldenSchema = v.pipe(
  v.strictObject({
    version: v.literal(1),
    /** Kernels built in the same way as those of the big models. The file uses WebLLM's name for them. */
    library: v.omit(artifactSchema, ['role']),
    prompts: v.pipe(
      v.array(
        v.strictObject({
          family: v.string(),
          prompt: tokens,
          /** Greedy tokens; the last one ends the reply. */
          reply: tokens,
          answer: v.string(),
        }),
      ),
      v.minLength(1),
    ),
  }),
  v.transform(({ library: kernels, ...golden }) => ({ ...golden, kernels })),
)

/** Prompts with the only correct greedy replies. */
export type Golden = Readonly<v.InferOutput<typeof goldenSchema>>
export type GoldenPrompt = Golden['prompts'][number]

/**
 * Reads public/models/nano/golden.json.
 *
 * @throws {AppError} `manifest-invalid`
 */
export function parseGolden(data: unknown): Golden {
  return parseAs(goldenSchema, data, invalid('The list of golden prompts', 'golden.json'))
}

/** The same build with the kernels of the golden prompts in place of its own. */
export function withGoldenKernels(build: WebGpuBuild, { kernels }: Golden): WebGpuBuild {
  const others = build.artifacts.filter((artifact) => !isKernels(artifact))
  return { ...build, library: { profile: 'gpu' }, artifacts: [...others, { ...kernels, role: 'library' }] }
}

/** SHA-256 of a build's kernels, as a hexadecimal number; it has exactly one file of them. */
export function kernelsSha256({ artifacts }: Pick<WebGpuBuild, 'artifacts'>): string {
  return artifacts
    .filter(isKernels)
    .map(({ sha256 }) => sha256)
    .join()
}

/** The first difference between a reply and the golden reply. */
export interface Difference {
  /** Place in the reply, from 0. */
  readonly token: number
  readonly expected: number
  /** Absent if the reply ended before. */
  readonly got?: number
}

export function firstDifference({ reply }: GoldenPrompt, got: readonly number[]): Difference | undefined {
  const token = reply.findIndex((id, index) => id !== got[index])
  const [expected, wrong] = [reply[token], got[token]]
  // The reply cannot be longer: the model is asked for this many tokens at most.
  if (expected === undefined) return undefined
  return { token, expected, ...(wrong !== undefined && { got: wrong }) }
}
