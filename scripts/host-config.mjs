/**
 * `npm run host-config -- nginx|caddy [--root FOLDER] [--path /thinktab/] [--listen ADDRESS]`: prints the configuration of a
 * web server for the built site, with the headers of config/headers.mjs.
 */
import util from 'node:util'
import { fileURLToPath } from 'node:url'
import { headerRules } from '../config/headers.mjs'

/**
 * @typedef {object} Place
 * @property {string} root  the folder with the built site, an absolute path
 * @property {string} path  below which the site lies, with a slash at both ends
 * @property {string} listen  what the server listens on: a port, or an address and a port; for Caddy also a name
 */

const variable = (/** @type {string} */ name) => `$thinktab_${name.toLowerCase().replaceAll('-', '_')}`
const quoted = (/** @type {string} */ text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/**
 * For nginx, as a file in `http` (conf.d). `gzip_static` and `brotli_static` serve what `npm run precompress` has made; the
 * latter is a module of its own (Debian: libnginx-mod-http-brotli-static).
 * @param {Place & { brotli?: boolean }} place
 */
export function nginxConfig({ root, path, listen, brotli = false }) {
  const rules = Object.entries(headerRules())
  const maps = rules.map(([name, { rules: cases, other }]) =>
    [
      `map $uri ${variable(name)} {`,
      `  default ${quoted(other)};`,
      // A regular expression of nginx is no string: a backslash in it stays one.
      ...cases.map(([file, value]) => `  "~${file.source.replaceAll('\\/', '/')}" ${quoted(value)};`),
      '}',
    ].join('\n'),
  )
  const types = ['text/css css', 'text/html html', 'text/javascript js', 'application/json json', 'text/plain txt']
  return `${maps.join('\n')}

server {
  listen ${listen};
  root ${quoted(root)};

  location ${path} {
    alias ${quoted(`${root.replace(/\/$/, '')}/`)};
    index index.html;
    types {
      ${types.join('; ')};
      image/svg+xml svg; image/png png; font/woff2 woff2;
      application/wasm wasm; application/manifest+json webmanifest;
    }
    default_type application/octet-stream;
    charset utf-8;
    gzip_static on;
${brotli ? '    brotli_static on;\n' : ''}${rules.map(([name]) => `    add_header ${name} ${variable(name)} always;`).join('\n')}
  }
}
`
}

/**
 * For Caddy, as a Caddyfile.
 * @param {Place} place
 */
export function caddyConfig({ root, path, listen }) {
  const lines = Object.entries(headerRules()).flatMap(([name, { rules, other }]) => {
    const key = name.toLowerCase()
    return [
      ...(other === '' ? [] : [`header ${name} ${quoted(other)}`]),
      // Of several that set one header the last one counts, and here the first rule does.
      ...rules
        .toReversed()
        .flatMap(([file, value], index) => [
          `@${key}-${index} path_regexp ${file.source.replaceAll('\\/', '/')}`,
          `header @${key}-${index} ${name} ${quoted(value)}`,
        ]),
    ]
  })
  return `${listen} {
  route ${path}* {
    uri strip_prefix ${path.replace(/\/$/, '') || '/'}
    ${lines.join('\n    ')}
    file_server {
      root ${quoted(root)}
      precompressed br gzip
    }
  }
}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = util.parseArgs({
    allowPositionals: true,
    options: {
      root: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
      path: { type: 'string', default: '/' },
      listen: { type: 'string', default: '127.0.0.1:8080' },
      brotli: { type: 'boolean', default: false },
    },
  })
  const { root, path, listen, brotli } = values
  const [server] = positionals
  if (!path.startsWith('/') || !path.endsWith('/')) throw new Error('--path has a slash at both ends.')
  if (server === 'nginx') console.log(nginxConfig({ root, path, listen, brotli }))
  else if (server === 'caddy')
    console.log(
      caddyConfig({
        root,
        path,
        listen: listen.includes(':') && !listen.startsWith(':') ? `http://${listen}` : listen,
      }),
    )
  else throw new Error('Say for which server: nginx or caddy.')
}
