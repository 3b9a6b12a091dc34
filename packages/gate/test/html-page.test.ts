import axe from 'axe-core'
import type { Browser, Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formats, type Picture, type Pictures, printable, type ReportImage } from '../src/index.js'
import { reportFrom } from './sample-report.js'
import { executablePath, inBrowser, launch, open } from './support/browser.js'
import { KINDS } from './support/findings.js'
import { HOSTILE, hostileImages } from './support/hostile.js'

const names = (page: Page) => page.locator('.row .name').allTextContents()
const count = (page: Page) => page.locator('.count').textContent()

/** Many images, of which every tenth is bad. */
const library = (length: number): ReportImage[] =>
  Array.from({ length }, (_, i) => ({
    ...KINDS[i % 10 === 0 ? 1 : 0]!,
    path: `folder-${i % 30}/image-${String(i).padStart(5, '0')}.jpg`,
    format: i % 3 ? 'jpeg' : 'webp',
    score: ((i * 7) % 1000) / 10,
  }))

async function picturesOf(sha256: string): Promise<Pictures> {
  const webp = (width: number, background: string | { r: number; g: number; b: number; alpha: number }) =>
    sharp({ create: { width, height: width / 2, channels: 4, background } })
      .webp()
      .toBuffer()
  const picture: Picture = {
    thumbnail: await webp(96, '#357'),
    preview: await webp(640, '#357'),
    heatMap: await webp(120, { r: 255, g: 0, b: 0, alpha: 0.6 }),
  }
  return new Map([[sha256, picture]])
}

describe.skipIf(!executablePath)(inBrowser, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser?.close())

  const show = (images: ReportImage[], options?: Parameters<typeof open>[2], pictures?: Pictures) =>
    open(browser, formats.html(reportFrom(images), { pictures }), options)

  test('it shows what is bad first, and says how much of it there is', async () => {
    const { page, noted } = await show(KINDS)
    expect(await page.locator('h1').textContent()).toBe('3 of 7 images look bad, 1 cannot be read')
    expect(await names(page)).toEqual([
      'src/b-bad.jpg',
      'src/d-dropped.jpg',
      'e-cut.jpg',
      'src/c-poor.jpg',
      'src/a-good.jpg',
      'f-icon.png',
      'legacy/1998.gif',
    ])
    expect(await page.locator('.row').first().ariaSnapshot()).toBe(
      '- button "no picture 12.3 bad src/ b-bad.jpg compression Export it again from the original at a higher quality. Error JPEG 1200 × 800 34.1 kB"',
    )
    expect(await page.locator('.histogram svg').getAttribute('aria-label')).toBe(
      'Distribution of the scores: 1 bad, 1 poor, 1 fair, 0 good, 1 excellent.',
    )
    expect(await page.locator('.limit-word').allTextContents()).toEqual(['error below 20', 'warning below 40'])
    const folders = page.locator('.groups').first().locator('tbody tr')
    expect(await folders.nth(0).locator('th, td').allTextContents()).toEqual(['src', '4', '3', '43.3'])
    expect(await folders.nth(1).locator('th, td').allTextContents()).toEqual(['.', '2', '1', '–'])
    expect(noted).toEqual([])
  })

  test('names are text, whatever they hold', async () => {
    const { page, noted } = await show(hostileImages(), { viewport: { width: 1280, height: 4000 } })
    const shown = await names(page)
    expect(shown).toEqual(HOSTILE.map(printable))
    for (const row of (await page.locator('.row').all()).slice(0, 8)) {
      await row.click()
      await page.getByRole('button', { name: 'Close' }).click()
    }
    await page.getByLabel('Folder', { exact: true }).selectOption('@team')
    expect(await names(page)).toEqual(['@team/+1.jpg'])
    expect(await page.locator('script').count()).toBe(3)
    expect(await page.locator('main img, main b, main a').count()).toBe(0)
    // Nothing ran, nothing was asked for, the policy had nothing to forbid.
    expect(noted).toEqual([])
  })

  test('the policy of the file forbids what it does not hold', async () => {
    const { page, noted } = await show(KINDS)
    await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'alert(1)'
      document.body.append(script)
      const image = document.createElement('img')
      image.src = 'http://127.0.0.1:9/x.png'
      document.body.append(image)
    })
    await page.waitForTimeout(100)
    const refused = noted.filter((line) => /^error: .*Content Security Policy/.test(line))
    expect(refused).toHaveLength(2)
    // The browser tells of the request before it refuses it.
    expect(noted.filter((line) => !refused.includes(line))).toEqual(['request: http://127.0.0.1:9/x.png'])
  })

  test('search, filters and order', async () => {
    const { page } = await show(library(1000))
    expect(await count(page)).toBe('1,000 images')
    await page.getByLabel('Status').selectOption('error')
    expect(await count(page)).toBe('100 of 1,000 images')
    await page.getByLabel('Format').selectOption('webp')
    expect(await count(page)).toBe('34 of 1,000 images')
    await page.keyboard.press('Tab')
    await page.getByLabel('Search').fill('IMAGE-0003')
    expect(await names(page)).toEqual(['folder-0/image-00030.jpg'])
    await page.getByLabel('Search').fill('nowhere')
    expect(await page.locator('.nothing').textContent()).toBe('No image is like that.')
    await page.getByRole('button', { name: 'Show all', exact: true }).click()
    expect(await count(page)).toBe('1,000 images')
    await page.getByLabel('Sort').selectOption('path')
    expect((await names(page))[0]).toBe('folder-0/image-00000.jpg')
    await page.getByLabel('Sort').selectOption('best')
    expect(await page.locator('.row .value').first().textContent()).toBe('99.9')
    await page.getByRole('button', { name: '100 errors' }).click()
    expect(await count(page)).toBe('100 of 1,000 images')
    await page.getByRole('button', { name: 'folder-0', exact: true }).click()
    expect(await count(page)).toBe('34 of 1,000 images')
  })

  test('an image in full, by keyboard, and back to where one was', async () => {
    const { page, noted } = await show(KINDS, {}, await picturesOf(KINDS[1]!.sha256!))
    await page.keyboard.press('/')
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('search')
    await page.locator('.row').nth(1).focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'src/b-bad.jpg' })
    const heat = dialog.locator('.heat')
    expect(await heat.isVisible()).toBe(false)
    await dialog.getByRole('button', { name: 'Show the predicted error' }).press('Enter')
    expect(await heat.isVisible()).toBe(true)
    // It lies exactly on the picture.
    expect(await heat.boundingBox()).toEqual(await dialog.locator('.layers img').first().boundingBox())
    expect(await factsOf(dialog)).toMatchObject({
      'What is wrong': 'Score 12.3 (bad), below the limit of 20.',
      'Most wrong': 'Compression',
      'What to do': 'Export it again from the original at a higher quality.',
      Limit: '20',
      Rule: 'src/**',
    })
    await page.keyboard.press('ArrowRight')
    const next = page.getByRole('dialog', { name: 'src/d-dropped.jpg' })
    expect(await next.locator('figcaption .word').allTextContents()).toEqual(['Source', 'Output'])
    expect(await next.locator('figcaption .value').allTextContents()).toEqual(['80.1', '55.5'])
    expect(await factsOf(next)).toMatchObject({ 'Lost since the source': '24.6 points' })
    await page.keyboard.press('Escape')
    await expect.poll(() => page.evaluate(() => document.activeElement!.textContent)).toContain('d-dropped.jpg')
    expect(noted).toEqual([])
  })

  test('of ten thousand images only those near the window are in the document', async () => {
    const { page, noted } = await show(library(10_000))
    const rows = page.locator('.list li')
    expect(await rows.count()).toBeLessThan(40)
    await page.locator('.row').first().focus()
    await page.keyboard.press('End')
    await expect.poll(() => page.evaluate(() => document.activeElement!.parentElement!.ariaPosInSet)).toBe('10000')
    expect(await rows.count()).toBeLessThan(60)
    expect(await rows.last().getAttribute('aria-setsize')).toBe('10000')
    await page.keyboard.press('Home')
    await expect.poll(() => page.evaluate(() => document.activeElement!.parentElement!.ariaPosInSet)).toBe('1')
    await page.evaluate(() => scrollTo(0, 300_000))
    await expect.poll(() => page.locator('.list li[aria-posinset="3400"]').count()).toBe(1)
    expect(noted).toEqual([])
  })

  test('paper gets the rows that a window would scroll to', async () => {
    const { page } = await show(library(620))
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(20)
    await page.emulateMedia({ media: 'print' })
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    expect(await page.locator('.list li').count()).toBe(500)
    expect(await page.locator('.print-only').textContent()).toBe(
      'The first 500 of 620: filter the list to print others.',
    )
    expect(await page.getByLabel('Search').isVisible()).toBe(false)
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    expect(await page.locator('.list li').count()).toBeLessThan(60)
  })

  test('it follows the system into the dark, and the switch out of it', async () => {
    const { page } = await show(KINDS, { colorScheme: 'dark' })
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(await background()).toBe('rgb(20, 22, 24)')
    await page.getByRole('button', { name: 'Use light colours' }).click()
    expect(await background()).toBe('rgb(250, 250, 248)')
    await page.reload()
    expect(await background()).toBe('rgb(250, 250, 248)')
    await page.emulateMedia({ colorScheme: 'light' })
    await page.getByRole('button', { name: 'Use dark colours' }).click()
    expect(await background()).toBe('rgb(20, 22, 24)')
  })

  test('paper is white, whatever the system and the switch say', async () => {
    const { page } = await show(KINDS, { colorScheme: 'dark' })
    const colors = () =>
      page.evaluate(() => {
        const { backgroundColor, color, colorScheme } = getComputedStyle(document.body)
        return [backgroundColor, color, colorScheme]
      })
    await page.emulateMedia({ media: 'print' })
    expect(await colors()).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)', 'light'])
    await page.evaluate(() => {
      document.documentElement.dataset.theme = 'dark'
    })
    expect(await colors()).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)', 'light'])
  })

  describe.each([
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 1280 },
    { colorScheme: 'light', width: 360 },
  ] as const)('$colorScheme, $width pixels wide', ({ colorScheme, width }) => {
    test('axe finds nothing against it, in the list nor in an image', async () => {
      const images = [...KINDS, ...library(60)]
      const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true }
      const { page } = await show(images, options, await picturesOf(KINDS[1]!.sha256!))
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      expect(await violations(page)).toEqual([])
      await page.locator('.row').first().click()
      await page.getByRole('button', { name: 'Show the predicted error' }).first().click()
      expect(await violations(page)).toEqual([])
    })
  })
})

async function factsOf(dialog: Locator): Promise<Record<string, string>> {
  const terms = await dialog.locator('dt').allTextContents()
  const texts = await dialog.locator('dd').allTextContents()
  return Object.fromEntries(terms.map((term, i) => [term, texts[i]!]))
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const found = await page.evaluate((values) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
    return axe.run(document, { runOnly: { type: 'tag', values } })
  }, tags)
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
