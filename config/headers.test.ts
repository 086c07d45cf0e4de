import { describe, expect, it } from 'vitest'
import { headersFile, headersFor, metaPolicy, previewMetaPolicy } from './headers.mjs'

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

  it.each(['highlight', 'search'])('let the %s worker run scripts of the site, and reach nothing', (name) => {
    expect(headersFor(`/assets/${name}-worker-B4r_x-9Q.js`)['Content-Security-Policy']).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'none'",
    )
  })

  it('never allow inline or evaluated script, nor inline style', () => {
    for (const path of ['/', WORKER])
      expect(headersFor(path)['Content-Security-Policy']).not.toMatch(/'unsafe-inline'|'unsafe-eval'/)
  })

  it('give the preview an opaque origin and no network, and let only the site frame it', () => {
    for (const path of ['/preview.html', '/some/where/preview.html', '/preview']) {
      const headers = headersFor(path)
      const policy = headers['Content-Security-Policy']?.split('; ') ?? []
      expect(policy).toContain('sandbox allow-scripts allow-forms')
      for (const nothing of ['default-src', 'connect-src', 'frame-src', 'object-src', 'base-uri', 'form-action'])
        expect(policy).toContain(`${nothing} 'none'`)
      expect(policy).toContain("frame-ancestors 'self'")
      expect(policy.join()).not.toMatch(/https?:|'self'[^,]*,(?!sandbox)|\*/)
      expect(headers).toMatchObject({ 'Connection-Allowlist': '()', 'X-DNS-Prefetch-Control': 'off' })
    }
    expect(headersFor('/')['Content-Security-Policy']).toContain("frame-src 'self'")
    expect(headersFor('/')).not.toHaveProperty('Connection-Allowlist')
    expect(headersFor('/assets/preview-B4r_x-9Q.js')['Content-Security-Policy']).toContain("script-src 'self'")
  })

  it('let only files with a hash in their name be cached for ever', () => {
    expect(headersFor(WORKER)['Cache-Control']).toContain('immutable')
    expect(headersFor('/models/catalogue.json')['Cache-Control']).toBe('no-cache')
  })
})

describe('the policy in preview.html', () => {
  it('lacks what a meta element cannot carry; the page sandboxes its frame', () => {
    expect(previewMetaPolicy()).not.toMatch(/sandbox|frame-ancestors/)
    expect(previewMetaPolicy()).toContain("default-src 'none'; script-src 'unsafe-inline'")
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
  const text = headersFile(['index.html', WORKER.slice(1), 'assets/app-00000000.js', 'preview.html', 'sw.js'])
  const rules = new Map(
    text
      .trim()
      .split('\n\n')
      .map((rule) => [rule.split('\n')[0], rule] as const),
  )

  it('names each page and worker once', () => {
    expect([...rules.keys()]).toEqual([
      '/*',
      '/assets/*',
      '/',
      WORKER,
      '/index.html',
      '/preview',
      '/preview.html',
      '/sw.js',
    ])
  })

  it('gives each path the policy that the server gives it', () => {
    for (const path of ['/', '/index.html', WORKER, '/preview', '/preview.html', '/sw.js'])
      expect(rules.get(path)).toContain(`Content-Security-Policy: ${headersFor(path)['Content-Security-Policy']}`)
    expect(rules.get('/*')).not.toContain('Content-Security-Policy')
  })
})
