import { headersFile, metaPolicy } from './headers.mjs'

const CHARSET = '<meta charset="utf-8" />'

/**
 * Build only: puts the policy into index.html, right behind the charset, and writes `_headers` beside it.
 * @returns {import('vite').Plugin}
 */
export function siteHeaders() {
  return {
    name: 'thinktab:site-headers',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        if (!html.includes(CHARSET)) throw new Error(`index.html has no ${CHARSET} to put the policy behind.`)
        return html.replace(
          CHARSET,
          `${CHARSET}\n    <meta http-equiv="Content-Security-Policy" content="${metaPolicy()}" />`,
        )
      },
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile([...Object.keys(bundle), 'sw.js']) })
      },
    },
  }
}
