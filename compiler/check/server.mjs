// A web server for the page in which a job runs.
import { createServer } from 'node:http'

/**
 * Serves on loopback, at any free port, while `use` goes on.
 * @param {import('node:http').RequestListener} answer @param {(origin: string) => Promise<void>} use
 */
export async function withServer(answer, use) {
  const server = createServer(answer)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  try {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('The server has no port.')
    await use(`http://127.0.0.1:${address.port}`)
  } finally {
    server.close()
  }
}
