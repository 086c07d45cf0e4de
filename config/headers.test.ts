import { describe, expect, it } from 'vitest'
import { headersFile, headersFor, metaPolicy } from './headers.mjs'

const WORKER = '/assets/engine-worker-B4r_x-9Q.js'

describe('the headers of a path', () => {
  it('isolate every response', () => {
    for (const path of ['/', '/index.html', WORKER, '/models/nano/model.wasm', '/no/such/file'])
      expect(headersFor(path)).toMatchObject({
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
        'Cross-Origin-Resource-Policy': 'same-origin',
        'X-Content-Type-Options': 'nosniff',
      })
  })

  it('cut the engine worker off from the network, and nothing else', () => {
    expect(headersFor(WORKER)['Content-Security-Policy']).toContain("connect-src 'none'")
    expect(headersFor('/assets/download-worker-B4r_x-9Q.js')['Content-Security-Policy']).toContain("connect-src 'self'")
    expect(headersFor('/')['Content-Security-Policy']).toContain("connect-src 'self'")
  })

  it('let the worker for the processor reach nothing but memory', () => {
    const policy = headersFor('/assets/cpu-worker-B4r_x-9Q.js')['Content-Security-Policy']
    expect(policy).toContain('connect-src blob:')
    expect(policy).toContain('worker-src blob:')
    expect(policy).not.toContain("connect-src 'self'")
  })

  it('let the worker that colours code run scripts of the site, and reach nothing', () => {
    expect(headersFor('/assets/highlight-worker-B4r_x-9Q.js')['Content-Security-Policy']).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'none'",
    )
  })

  it('never allow inline or evaluated script, nor inline style', () => {
    for (const path of ['/', WORKER])
      expect(headersFor(path)['Content-Security-Policy']).not.toMatch(/'unsafe-inline'|'unsafe-eval'/)
  })

  it('let only files with a hash in their name be cached for ever', () => {
    expect(headersFor(WORKER)['Cache-Control']).toContain('immutable')
    expect(headersFor('/models/catalogue.json')['Cache-Control']).toBe('no-cache')
  })
})

describe('the policy in index.html', () => {
  it('is the policy of the response without what a meta element cannot carry', () => {
    expect(metaPolicy()).not.toContain('frame-ancestors')
    expect(headersFor('/')['Content-Security-Policy']).toBe(
      metaPolicy().replace("form-action 'none';", "form-action 'none'; frame-ancestors 'none';"),
    )
  })
})

describe('the _headers file', () => {
  const text = headersFile(['index.html', WORKER.slice(1), 'assets/app-00000000.js', 'sw.js'])
  const rules = new Map(
    text
      .trim()
      .split('\n\n')
      .map((rule) => [rule.split('\n')[0], rule] as const),
  )

  it('names each page and worker once', () => {
    expect([...rules.keys()]).toEqual(['/*', '/assets/*', '/', WORKER, '/index.html', '/sw.js'])
  })

  it('gives each path the policy that the server gives it', () => {
    for (const path of ['/', '/index.html', WORKER, '/sw.js'])
      expect(rules.get(path)).toContain(`Content-Security-Policy: ${headersFor(path)['Content-Security-Policy']}`)
    expect(rules.get('/*')).not.toContain('Content-Security-Policy')
  })
})
