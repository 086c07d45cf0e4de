import { AppError } from '../shared/errors'

/** Vendor and architecture names under which a CPU plays GPU. */
const SOFTWARE_ADAPTER = /swiftshader|llvmpipe|lavapipe|softpipe|warp|basic render/i

/**
 * Limits that WebLLM 0.2.86 asks of every device; it refuses to start below them. Of storage buffers it asks for ten, and
 * the engine makes do with these.
 */
const NEEDED_LIMITS = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 32_768,
  maxBufferSize: 256 * 1024 * 1024,
  maxStorageBufferBindingSize: 128 * 1024 * 1024,
} as const satisfies Partial<Record<keyof GPUSupportedLimits, number>>

export interface GpuReport {
  readonly f16: boolean
  readonly software: boolean
  readonly adapter: string
  readonly limits: Readonly<Record<string, number>>
}

/**
 * The browser's best WebGPU adapter.
 *
 * @throws {AppError} `insecure-context`, `no-webgpu` or `no-adapter`
 */
export async function bestAdapter(): Promise<GPUAdapter> {
  if (!globalThis.isSecureContext)
    throw new AppError('insecure-context', 'WebGPU is only there on https and on localhost.', { retry: 'never' })
  // The DOM's types say that gpu is always there; in many browsers it is not.
  const gpu = navigator.gpu as GPU | undefined
  if (!gpu) throw new AppError('no-webgpu', 'This browser has no WebGPU.', { retry: 'never' })
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw new AppError('no-adapter', 'The browser found no GPU that it lets pages use.', { retry: 'later' })
  return adapter
}

/**
 * The capabilities of the browser's best WebGPU adapter, without opening a device.
 *
 * @throws {AppError} `insecure-context`, `no-webgpu`, `no-adapter` or `adapter-too-small`
 */
export async function probeGpu(): Promise<GpuReport> {
  const adapter = await bestAdapter()
  const limits: Record<string, number> = {}
  for (const name of Object.keys(NEEDED_LIMITS) as (keyof typeof NEEDED_LIMITS)[]) {
    limits[name] = adapter.limits[name]
    if (limits[name] < NEEDED_LIMITS[name])
      throw new AppError(
        'adapter-too-small',
        `The GPU's ${name} is ${limits[name]}, and ${NEEDED_LIMITS[name]} are needed.`,
        {
          retry: 'never',
          details: { limit: name, has: limits[name], needs: NEEDED_LIMITS[name] },
        },
      )
  }
  // Privacy browsers leave `info` out or blank.
  const info = adapter.info as GPUAdapterInfo | undefined
  const name = info ? [info.vendor, info.architecture, info.description].filter(Boolean).join(' ') : ''
  return { f16: adapter.features.has('shader-f16'), software: SOFTWARE_ADAPTER.test(name), adapter: name, limits }
}
