import { readFileSync } from 'node:fs'
import { Validator, type Schema } from '@cfworker/json-schema'
import { expect, it } from 'vitest'
import { licenceTexts } from './licences.mjs'
import { billOfMaterials } from './sbom.mjs'

const folder = (name: string) => `${process.cwd()}/node_modules/${name}`
const SCHEMAS = `${folder('@cyclonedx/cyclonedx-library')}/res/schema`
const schemaOf = (name: string) => JSON.parse(readFileSync(`${SCHEMAS}/${name}.SNAPSHOT.schema.json`, 'utf8')) as Schema
const PACKAGES = [
  { name: 'valibot', version: '1.5.0', licence: 'MIT', folder: folder('valibot') },
  { name: '@noble/hashes', version: '2.4.0', licence: 'MIT', folder: folder('@noble/hashes') },
]

it('is a bill of materials as CycloneDX 1.6 has it, the same each time', () => {
  const text = billOfMaterials('1.2.3', PACKAGES)
  const validator = new Validator(schemaOf('bom-1.6'), '7', false)
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    validator.addSchema(schemaOf(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
  const bom = JSON.parse(text) as { components: { name: string; purl?: string; hashes?: { content: string }[] }[] }
  expect(validator.validate(bom).errors).toEqual([])
  const noble = bom.components.find(({ name }) => name === '@noble/hashes')
  expect(noble?.purl).toBe('pkg:npm/%40noble/hashes@2.4.0')
  expect(noble?.hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/)
  expect(bom.components.map(({ name }) => name)).toContain('llama.cpp')
  expect(billOfMaterials('1.2.3', PACKAGES)).toBe(text)
})

it('has the text of each licence, and refuses one that nobody has looked at', () => {
  const texts = licenceTexts(PACKAGES)
  expect(texts).toContain('valibot 1.5.0 (MIT)')
  expect(texts.match(/Permission is hereby granted/g)).toHaveLength(2)
  const inside = ['katex', '@wllama/wllama'].map((name) => ({
    ...{ name, version: '1', licence: 'MIT', folder: folder(name) },
  }))
  expect(licenceTexts(inside)).toMatch(/SIL OPEN FONT LICENSE[\s\S]+llama\.cpp \(MIT\)[\s\S]+The ggml authors/)
  const [first] = PACKAGES
  for (const licence of ['GPL-3.0-only', ''])
    expect(() => licenceTexts([{ name: 'x', version: '1', folder: first?.folder ?? '', licence }])).toThrow(
      'look at it',
    )
})
