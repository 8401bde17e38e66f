import { describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { needs } from '../support/needs.ts'

const chromium = await needs('chromium')

describe.skipIf(!chromium.available)('The browser that tests drive', () => {
  it('starts on a machine that was never prepared for one, and has a font', { timeout: 90_000 }, async () => {
    const browser = await launchChromium()
    try {
      const page = await browser.newPage()
      await page.setContent('<span id="wide">mmmm</span><br><span id="narrow">iiii</span>')
      const width = async (id: string): Promise<number> => (await page.locator(id).boundingBox())?.width ?? 0
      const [wide, narrow] = [await width('#wide'), await width('#narrow')]
      // Without a font nothing has a width.
      expect(narrow).toBeGreaterThan(0)
      expect(wide).toBeGreaterThan(narrow)
    } finally {
      await browser.close()
    }
  })
})
