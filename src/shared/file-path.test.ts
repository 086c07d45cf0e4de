import { expect, it } from 'vitest'
import { isFilePath } from './file-path'

it.each([
  'model.gguf',
  'Q4_K_M/model-00001-of-00002.gguf',
  'a b (c) [d] & é 模型.gguf',
  'v1.0/..hidden',
  '100%.bin',
  'x'.repeat(255),
])('%j is a path', (path) => {
  expect(isFilePath(path)).toBe(true)
  // As an address it stays in its folder.
  const folder = 'https://hub.example/owner/name/resolve/main/'
  const address = new URL(path.split('/').map(encodeURIComponent).join('/'), folder).href
  expect(address.startsWith(folder)).toBe(true)
})

it.each([
  '',
  '/',
  '/absolute.gguf',
  '//evil.example/x',
  'https://evil.example/x',
  'HTTPS:evil',
  'javascript:alert(1)',
  'data:text/plain,x',
  '..',
  '../x',
  '../../x',
  'a/../../x',
  'a/./b',
  'a//b',
  'a/',
  '%2e%2e/x',
  '.%2E/x',
  'a/%2e%2e',
  'a%2f..%2fb',
  'a?text=said',
  'a\ud800b.bin',
  'a#said',
  '..\\x',
  '\\\\evil.example\\x',
  'a\\b',
  'a\nb',
  'a\u0000b',
  'x'.repeat(256),
])('%j is none', (path) => {
  expect(isFilePath(path)).toBe(false)
})
