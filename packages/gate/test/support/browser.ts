import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { folder } from './folder.js'

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Absent where there is none: then what needs one is skipped. */
export const executablePath = PLACES.find((path) => path !== undefined && existsSync(path))

/** What the tests that need a browser are called. */
export const inBrowser = executablePath
  ? 'in Chromium'
  : `in Chromium (skipped: there is none at ${PLACES.slice(1).join(', ')})`

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] })

/** Opens a page from a file, as a user who got it by mail, and notes what must never be: errors, dialogs, requests. */
export async function open(browser: Browser, html: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const root = await folder({})
  const file = join(root, 'report.html')
  await writeFile(file, html)
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const noted: string[] = []
  page.on('pageerror', ({ message }) => noted.push(`error: ${message}`))
  page.on('console', (message) => noted.push(`${message.type()}: ${message.text()}`))
  page.on('dialog', (dialog) => {
    noted.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  const url = pathToFileURL(file).href
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) noted.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  return { page, noted }
}

export interface Opened {
  page: Page
  noted: string[]
}
