import type * as v from 'valibot'
import type { ChatTemplate } from '../shared/chat-template'
import type { artifactSchema, buildSchema, templateNameSchema, version1, version2 } from './manifest-schema'

export type TemplateName = v.InferOutput<typeof templateNameSchema>
type ArtifactRole = 'shard' | 'config' | 'library' | 'tokenizer' | 'gguf'

export interface Artifact extends Readonly<Omit<v.InferOutput<typeof artifactSchema>, 'role'>> {
  readonly role: ArtifactRole
  /** Its name at its source, if that differs. */
  readonly from?: string
}

type SchemaBuild<E> = Extract<v.InferOutput<typeof buildSchema>, { engine: E }>
export interface WebGpuBuild extends Readonly<Omit<SchemaBuild<'webgpu'>, 'artifacts'>> {
  readonly artifacts: readonly Artifact[]
}
export interface ProcessorBuild extends Readonly<Omit<SchemaBuild<'processor'>, 'artifacts'>> {
  readonly artifacts: readonly Artifact[]
}
export type Build = WebGpuBuild | ProcessorBuild

export interface ModelManifest extends Readonly<Omit<v.InferOutput<typeof version2>, 'builds' | 'template'>> {
  readonly template: TemplateName | ChatTemplate
  readonly builds: readonly Build[]
}

/** A manifest of version 1, as it was parsed, or stored by an earlier version of the page. */
interface OldManifest extends Readonly<Omit<v.InferOutput<typeof version1>, 'artifacts' | 'gguf' | 'template'>> {
  readonly template: ModelManifest['template']
  readonly artifacts: readonly Artifact[]
  readonly gguf?: Artifact
}

/** The manifest in today's form. */
export function upToDate(manifest: OldManifest | ModelManifest): ModelManifest {
  if (manifest.version === 2) return manifest
  const { version: _, quantization, library, requires, artifacts, gguf, ...model } = manifest
  const tokenizer = artifacts.filter(({ role, path }) => role === 'tokenizer' || path === 'tokenizer.json')
  const builds: Build[] = [{ engine: 'webgpu', quantization, library, requires, artifacts }]
  if (gguf) builds.push({ engine: 'processor', artifacts: [gguf, ...tokenizer] })
  return { ...model, version: 2, builds }
}

/**
 * A manifest that is stored in this browser, in today's form. It was checked when it was stored, so only its parts are
 * looked for here: a disk or another program may have damaged it since.
 *
 * @returns undefined if it is none
 */
export function readStored(manifest: unknown): ModelManifest | undefined {
  if (!has(manifest, { id: 'string', name: 'string', template: undefined, source: 'object' })) return undefined
  const builds = 'builds' in manifest ? manifest.builds : [manifest]
  const isWhole = Array.isArray(builds) && builds.length > 0 && builds.every(isBuild)
  return isWhole ? upToDate(manifest as unknown as OldManifest | ModelManifest) : undefined
}

const isBuild = (build: unknown): boolean =>
  has(build, { artifacts: 'object' }) && Array.isArray(build['artifacts']) && build['artifacts'].every(isArtifact)

const isArtifact = (artifact: unknown): boolean => has(artifact, { path: 'string', sha256: 'string', bytes: 'number' })

/** Whether a value has these fields, with these types where one is named. */
function has(value: unknown, fields: Readonly<Record<string, string | undefined>>): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const record = value as Readonly<Record<string, unknown>>
  return Object.entries(fields).every(([name, type]) => name in record && (!type || typeof record[name] === type))
}

/** The build of a model for an engine, if it has one. */
export function buildFor(model: ModelManifest, engine: 'webgpu'): WebGpuBuild | undefined
export function buildFor(model: ModelManifest, engine: 'processor'): ProcessorBuild | undefined
export function buildFor({ builds }: ModelManifest, engine: Build['engine']): Build | undefined {
  return builds.find((build) => build.engine === engine)
}

/** Whether an artifact is the build's kernels; manifests, also stored ones, call their role `library`. */
export const isKernels = ({ role }: Artifact): boolean => role === 'library'

/** The artifacts of all builds; an artifact of two builds comes once. */
export function artifactsOf({ builds }: ModelManifest): Artifact[] {
  return [
    ...new Map(builds.flatMap(({ artifacts }) => artifacts).map((artifact) => [artifact.path, artifact])).values(),
  ]
}
