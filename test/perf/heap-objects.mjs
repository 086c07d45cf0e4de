/**
 * How many JavaScript objects a page and its workers keep alive, counted by the DevTools protocol after a collection.
 * Bytes would also count compiled code, which grows for hundreds of turns, and a leak of one small object is less than
 * their noise.
 */

/** @typedef {import('playwright').CDPSession} CDPSession */
/** @typedef {(method: string, params: object) => Promise<any>} Send */

/** Each of a worker's answers is a line of JSON within a message of the page's session. */
class WorkerSession {
  /** @type {Map<number, (answer: any) => void>} */
  #waiting = new Map()
  #last = 0
  /** @type {CDPSession} */
  #devtools
  /** @type {string} */
  #id

  /** @param {CDPSession} devtools @param {string} id */
  constructor(devtools, id) {
    this.#devtools = devtools
    this.#id = id
    devtools.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
      if (sessionId !== id) return
      const answer = JSON.parse(message)
      this.#waiting.get(answer.id)?.(answer.result)
      this.#waiting.delete(answer.id)
    })
  }

  /** @type {Send} */
  send = (method, params) => {
    this.#last += 1
    const id = this.#last
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve))
    const message = JSON.stringify({ id, method, params })
    return this.#devtools.send('Target.sendMessageToTarget', { sessionId: this.#id, message }).then(() => answer)
  }
}

/** @param {Send} send @returns {Promise<number>} */
async function countObjects(send) {
  const objectGroup = 'counted'
  const { result } = await send('Runtime.evaluate', { expression: 'Object.prototype', objectGroup })
  const { objects } = await send('Runtime.queryObjects', { prototypeObjectId: result.objectId, objectGroup })
  const { result: count } = await send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { return this.length }',
    returnByValue: true,
  })
  await send('Runtime.releaseObjectGroup', { objectGroup })
  return count.value
}

/**
 * @param {CDPSession} devtools of the page
 * @param {string} workerName a part of the address of the worker that is counted, too; not one that uses WebGPU, where
 *   Chromium 156 never answers
 * @returns a function that counts the objects of the page and those of the worker, undefined while there is none
 */
export async function objectCounter(devtools, workerName) {
  /** @type {Map<string, WorkerSession>} */
  const workers = new Map()
  devtools.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.url.includes(workerName)) workers.set(sessionId, new WorkerSession(devtools, sessionId))
  })
  devtools.on('Target.detachedFromTarget', ({ sessionId }) => workers.delete(sessionId))
  await devtools.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false })
  const page = /** @type {Send} */ (/** @type {unknown} */ (devtools.send.bind(devtools)))
  return async () => {
    const worker = [...workers.values()].at(-1)
    return { objects: await countObjects(page), workerObjects: worker && (await countObjects(worker.send)) }
  }
}
