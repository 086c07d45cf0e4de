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
