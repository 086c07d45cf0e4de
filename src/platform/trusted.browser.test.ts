import { expect, it } from 'vitest'
import { trustedScriptUrl } from './trusted'

it('gives a TrustedScriptURL of the page’s origin', () => {
  const url: unknown = trustedScriptUrl('/sw.js')
  expect(Object.prototype.toString.call(url)).toBe('[object TrustedScriptURL]')
  expect(String(url)).toBe(`${location.origin}/sw.js`)
})

it('refuses a foreign URL with the typed error', () => {
  expect(() => trustedScriptUrl('https://elsewhere.example/x.js')).toThrow(
    expect.objectContaining({ code: 'script-url-foreign' }),
  )
})
