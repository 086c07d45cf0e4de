import { chromium } from 'playwright'
import { expect, it } from 'vitest'
import { FEATURES_OFF } from './browser.mjs'

it('turns off what Playwright turns off', async () => {
  // Node does not know the flags of a browser and ends; Playwright then says how it was started.
  const said = await chromium.launch({ executablePath: process.execPath }).then(() => 'It runs.', String)
  const playwrights = /--disable-features=(\S+)/.exec(said)?.[1]?.split(',') ?? []
  expect(playwrights.length).toBeGreaterThan(5)
  expect(FEATURES_OFF).toEqual(expect.arrayContaining(playwrights))
})
