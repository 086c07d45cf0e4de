import 'fake-indexeddb/auto'
import { expect, it } from 'vitest'
import { AllowedPlaces } from './allowed-places'

const HUB = 'https://huggingface.co/'
const SITE = 'http://127.0.0.1:4173'
let databases = 0
const open = (database = `places-${++databases}`) => ({ database, places: new AllowedPlaces([HUB], SITE, database) })

it('lets the hubs of the build and the site itself be asked', async () => {
  const { places } = open()
  await places.require(HUB)
  await places.require(`${SITE}/own-models/nano/`)
})

it('lets nothing else be asked before somebody has allowed that very address, and remembers it', async () => {
  const own = 'https://hub.example/mirror/'
  const { database, places } = open()
  await expect(places.require(own)).rejects.toMatchObject({ code: 'place-unconfirmed', details: { file: own } })
  await places.allow(own)
  await places.require(own)
  await open(database).places.require(own)
  for (const other of [
    'https://hub.example/',
    'https://hub.example/mirror/more/',
    'http://hub.example/mirror/',
    'https://huggingface.co/owner/',
    'https://huggingface.co.evil.example/',
    'http://127.0.0.1:4174/',
  ])
    await expect(places.require(other)).rejects.toMatchObject({ code: 'place-unconfirmed' })
})

it.each([
  'https://hub.example/?text=said',
  'https://hub.example/#said',
  'https://said@hub.example/',
  `${SITE}/../x`,
  'hub.example',
  `https://hub.example/${'x'.repeat(256)}/`,
])('allows %j to nobody', async (address) => {
  const { places } = open()
  await expect(places.allow(address)).rejects.toMatchObject({ code: 'address-refused' })
  await expect(places.require(address)).rejects.toMatchObject({ code: 'address-refused' })
})
