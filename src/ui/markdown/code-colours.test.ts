// Vitest empties stylesheets that are imported, and src itself knows no Node.
/// <reference types="node" />
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ROLES } from '../../highlight/roles'

const stylesheet = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const base = stylesheet('../styles/base.css')
const code = stylesheet('code.css')

const COLOUR = /--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g
const colours = (css: string) =>
  new Map([...css.matchAll(COLOUR)].map(([, name, light = '', dark = '']) => [name, { light, dark }] as const))

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

it('computes contrast as WCAG does', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

describe.each(['light', 'dark'] as const)('on paper in %s', (theme) => {
  const paper = colours(base).get('paper-card')?.[theme] ?? ''

  it.each(ROLES.slice(1))('%s can be read', (role) => {
    const colour = colours(code).get(`code-${role}`)?.[theme] ?? ''
    expect(contrast(colour, paper)).toBeGreaterThanOrEqual(4.5)
    expect(code).toContain(`.code-${role} {\n  color: var(--code-${role});`)
  })
})
