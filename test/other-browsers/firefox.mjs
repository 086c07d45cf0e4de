import puppeteer from 'puppeteer-core'

/** @param {string} executablePath @returns {Promise<import('./tab.mjs').StartedBrowser>} */
export async function startFirefox(executablePath) {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true })
  return {
    isPrivate: false,
    async open(address) {
      const page = await browser.newPage()
      await page.goto(address)
      return {
        evaluate: (expression) => page.evaluate(expression),
        async send(selector, text) {
          await page.bringToFront()
          await page.type(selector, text)
          await page.keyboard.press('Enter')
        },
        reload: () => page.reload(),
        close: () => page.close({ runBeforeUnload: true }),
      }
    },
    close: () => browser.close(),
  }
}
