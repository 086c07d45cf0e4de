import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { trustedScriptUrl } from './trusted'

describe('a script URL where the browser has no Trusted Types', () => {
  beforeAll(() => vi.stubGlobal('location', new URL('https://thinktab.example/app/#/chat')))
  afterAll(() => void vi.unstubAllGlobals())

  it.each([
    ['./assets/engine-worker-0.js', 'https://thinktab.example/app/assets/engine-worker-0.js'],
    ['/sw.js', 'https://thinktab.example/sw.js'],
    ['https://thinktab.example/sw.js', 'https://thinktab.example/sw.js'],
  ])('may be %s', (url, absolute) => {
    expect(trustedScriptUrl(url)).toBe(absolute)
  })

  it.each([
    'https://elsewhere.example/x.js',
    '//elsewhere.example/x.js',
    'http://thinktab.example/x.js',
    'https://thinktab.example:8443/x.js',
    'blob:https://thinktab.example/0c7f',
    'data:text/javascript,1',
    'javascript:1',
    'https://',
  ])('may not be %s', (url) => {
    expect(() => trustedScriptUrl(url)).toThrow(
      expect.objectContaining({ code: 'script-url-foreign', details: { url } }),
    )
  })
})
