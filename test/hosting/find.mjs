import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'

/** Debian's folder for them is seldom on the path of a user. */
const ALSO = ['/usr/sbin', '/usr/local/sbin']

/** The path of an installed web server. @param {string} name @returns {string | undefined} */
export const findServer = (name) =>
  [...(process.env.PATH ?? '').split(delimiter), ...ALSO]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))

/** Debian's modules for compressed files. */
export const BROTLI_FOR_NGINX = ['ngx_http_brotli_static_module.so'].map((name) => {
  const path = join('/usr/lib/nginx/modules', name)
  return { path, exists: existsSync(path) }
})
