import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { withRelease } from './release.mjs'

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- One thing.

## [0.9.10] - 2026-01-02

- Another thing.
`

describe('a release', () => {
  it('puts the unreleased entries under its version and date', () => {
    expect(withRelease(CHANGELOG, '0.10.0', '2026-03-04')).toBe(
      CHANGELOG.replace('## [Unreleased]\n', '## [Unreleased]\n\n## [0.10.0] - 2026-03-04\n'),
    )
  })

  it.each(['0.9.10', '0.9.9', '0.8.20', '1.0', 'v1.0.0', ''])('refuses the version %j', (version) => {
    expect(() => withRelease(CHANGELOG, version, '2026-03-04')).toThrow()
  })

  it('refuses to release nothing', () => {
    const released = withRelease(CHANGELOG, '1.0.0', '2026-03-04')
    expect(() => withRelease(released, '2.0.0', '2026-03-04')).toThrow('no unreleased entries')
  })

  it('can be made of the changelog as it is, whose last version the package has', () => {
    const changelog = readFileSync('CHANGELOG.md', 'utf8')
    expect(withRelease(changelog, '99.0.0', '2026-03-04')).toContain('## [99.0.0] - 2026-03-04')
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(/^## \[(\d\S*)\]/m.exec(changelog)?.[1]).toBe(version)
  })
})

describe('decisions', () => {
  const files = readdirSync('docs/decisions')
  const numbers = files.map((file) => file.slice(0, 4))

  it('have a number each, without a gap', () => {
    expect(numbers).toEqual(numbers.map((_, index) => String(index + 1).padStart(4, '0')))
  })

  it.each(files)('%s has its number, a status and a date', (file) => {
    const [title, , status] = readFileSync(`docs/decisions/${file}`, 'utf8').split('\n')
    expect(title).toMatch(new RegExp(`^# ${file.slice(0, 4)}: `))
    expect(status).toMatch(/^Status: (proposed|accepted|rejected|superseded)\b.*\b\d{4}-\d{2}-\d{2}\b/)
  })
})
