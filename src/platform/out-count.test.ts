import { expect, it } from 'vitest'
import { countedResponse, outgoing, takeOutgoing } from './out-count'

const ADDRESS = 'https://hub.example/owner/name'

it('counts the bytes of an answer as they are read, and ends with it', async () => {
  const request = outgoing(ADDRESS, 'weights', 40)
  const reader = countedResponse(new Response(new Blob(['abc', 'de']).stream()), request).body?.getReader()
  expect(request.bytesIn).toBe(0)
  while (!(await reader?.read())?.done);
  await request.ended
  expect(request.bytesIn).toBe(5)
  expect(takeOutgoing(ADDRESS)).toBe(request)
  expect(takeOutgoing(ADDRESS)).toBeUndefined()
})

it('ends where an answer breaks off, is left, or has no body', async () => {
  const broken = outgoing(ADDRESS, 'hub', 1)
  const stream = new ReadableStream({ pull: (controller) => controller.error(new TypeError('It broke.')) })
  await expect(countedResponse(new Response(stream), broken).text()).rejects.toThrow('It broke.')
  const left = outgoing(ADDRESS, 'hub', 2)
  await countedResponse(new Response('abc'), left).body?.cancel()
  const empty = outgoing(ADDRESS, 'hub', 3)
  countedResponse(new Response(null, { status: 204 }), empty)
  await Promise.all([broken.ended, left.ended, empty.ended])
  expect([1, 2, 3].map(() => takeOutgoing(ADDRESS)?.bytesOut)).toEqual([1, 2, 3])
})

it('keeps status and headers', () => {
  const answer = new Response('abc', { status: 206, headers: { ETag: '"x"' } })
  const counted = countedResponse(answer, outgoing(ADDRESS, 'hub', 1))
  expect([counted.status, counted.headers.get('ETag')]).toEqual([206, '"x"'])
})
