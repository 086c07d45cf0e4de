import { describe, expect, it } from 'vitest'
import { parseModelAddress } from './address'

describe('parseModelAddress', () => {
  it.each([
    ['owner/name', 'owner/name', 'main'],
    ['mlc-ai/A-1.5B-q4f16_1-MLC', 'mlc-ai/A-1.5B-q4f16_1-MLC', 'main'],
    ['https://huggingface.co/owner/name', 'owner/name', 'main'],
    ['https://huggingface.co/owner/name/tree/v2', 'owner/name', 'v2'],
    ['https://hf-mirror.com/owner/name/', 'owner/name', 'main'],
    ['https://modelscope.cn/models/owner/name', 'owner/name', 'main'],
    ['https://www.modelscope.cn/models/owner/name/files', 'owner/name', 'main'],
  ])('%s is a repository', (given, repository, revision) => {
    expect(parseModelAddress(given)).toEqual({ kind: 'repository', repository, revision })
  })

  it.each([
    ['https://huggingface.co/owner/name/blob/main/a.Q4_K_M.gguf', 'main', 'a.Q4_K_M.gguf'],
    ['https://huggingface.co/owner/name/resolve/v2/folder/a%20b.gguf?download=true', 'v2', 'folder/a b.gguf'],
    ['https://hf-mirror.com/owner/name/resolve/main/a.GGUF', 'main', 'a.GGUF'],
    ['https://modelscope.cn/models/owner/name/resolve/master/a.gguf', 'main', 'a.gguf'],
    ['https://www.modelscope.cn/models/owner/name/file/view/master/a%zz.gguf', 'main', 'a%zz.gguf'],
  ])('%s is a file', (given, revision, path) => {
    expect(parseModelAddress(given)).toEqual({ kind: 'file', repository: 'owner/name', revision, path })
  })

  it.each([
    ['https://models.example/mine', 'https://models.example/mine/'],
    ['https://models.example/mine/manifest.json', 'https://models.example/mine/'],
    ['http://localhost:8000/', 'http://localhost:8000/'],
  ])('%s is a folder', (given, folder) => {
    expect(parseModelAddress(given)).toEqual({ kind: 'folder', folder })
  })

  it.each([
    '',
    'name',
    '../x',
    'a/b/c',
    'https://huggingface.co/owner',
    'https://huggingface.co/owner/name/blob/main/a.bin',
    'https://modelscope.cn/datasets/owner/name',
    'https://modelscope.cn/owner/name',
    'https://',
    'ftp://a/b',
    'javascript:alert(1)',
  ])('%j is nothing of the kind', (given) => {
    expect(parseModelAddress(given)).toBeUndefined()
  })
})
