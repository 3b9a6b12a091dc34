import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createReport, formats } from '../packages/gate/dist/index.js'
import { median, seconds } from './measure.mjs'

export const title =
  'html: a report of 10,000 images with thumbnails in Chromium (to be: under 25 MB, frames under 100 ms)'

const IMAGES = 10_000
const ROUNDS = 9
const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
/** As many as the gate puts into a report, and of their usual size. */
const PICTURES = 14_000_000
const WORDS = ['bad', 'poor', 'fair', 'good', 'excellent']

export async function* run() {
  const executablePath = BROWSERS.find((path) => path && existsSync(path))
  if (!executablePath) {
    yield 'skipped: there is no Chromium'
    return
  }
  const { html, made } = await report()
  const folder = await mkdtemp(join(tmpdir(), 'diqa-bench-'))
  const file = join(folder, 'report.html')
  await writeFile(file, html)
  const { size } = await stat(file)
  yield `written in ${(made * 1000).toFixed(0)} ms, ${(size / 1e6).toFixed(1)} MB`

  const { chromium } = createRequire(new URL('../packages/gate/package.json', import.meta.url))('playwright-core')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const opened = await seconds(async () => {
      await page.goto(pathToFileURL(file).href)
      await page.locator('.row').first().waitFor()
    })
    yield `opened until the first row is there: ${(opened * 1000).toFixed(0)} ms`
    const lines = {
      'search, a letter': (value) => page.evaluate(typed, value),
      'a filter': (value) => page.evaluate(chosen, ['status', value.length % 2 ? 'error' : '']),
      'a new order': (value) => page.evaluate(chosen, ['order', value.length % 2 ? 'path' : 'worst']),
      'a jump of the scroll bar': (value) => page.evaluate(scrolled, value.length * 70_000),
    }
    for (const [name, act] of Object.entries(lines)) {
      const times = []
      for (let round = 0; round < ROUNDS; round++) times.push(await act('image-0012'.slice(0, 1 + round)))
      yield `${name}, until it is painted: ${median(times).toFixed(0)} ms, at most ${Math.max(...times).toFixed(0)} ms`
    }
    const frames = await page.evaluate(wheel)
    yield `60 steps of the wheel: ${median(frames).toFixed(0)} ms a frame, at most ${Math.max(...frames).toFixed(0)} ms`
  } finally {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** A real WebP for each, as large as it would be: what follows the picture is not looked at. */
async function report() {
  const sharp = createRequire(new URL('../packages/gate/package.json', import.meta.url))('sharp')
  const pictures = new Map()
  const images = []
  for (let i = 0; i < IMAGES; i++) {
    const sha256 = createHash('sha256').update(String(i)).digest('hex')
    const score = ((i * 7919) % 1000) / 10
    const label = WORDS[Math.min(4, Math.floor(score / 20))]
    const path = `src/pages/${i % 97}/a-name-of-usual-length/image-${String(i).padStart(5, '0')}.jpg`
    const status = score < 20 ? 'error' : score < 40 ? 'warn' : 'pass'
    const advice = status === 'pass' ? {} : { advice: 'Export it again from the original at a higher quality.' }
    const facts = { bytes: 40_000 + i, sha256, format: i % 3 ? 'jpeg' : 'webp', width: 1200, height: 800 }
    images.push({ path, ...facts, status, score, label, rule: { files: '**/*', warn: 40, error: 20 }, ...advice })
    const background = { r: i % 256, g: (i >> 8) * 6, b: 128 }
    const noise = { type: 'gaussian', mean: 128, sigma: 12 }
    const create = { width: 96, height: 64, channels: 3, background, noise }
    const picture = i < 300 ? await sharp({ create }).webp({ quality: 45 }).toBuffer() : undefined
    pictures.set(sha256, { thumbnail: padded(picture ?? pictures.get(images[i % 300].sha256).thumbnail) })
  }
  const tool = { name: 'diqa', version: '0' }
  const model = { id: 'diqa-1', weights: `sha256:${'0'.repeat(64)}` }
  const engine = { name: 'wasm', device: 'cpu', refused: [] }
  const whole = createReport({ tool, model, engine, images, durationMs: 1 })
  let html = ''
  const made = await seconds(() => {
    html = formats.html(whole, { pictures })
  })
  return { html, made }
}

function padded(picture) {
  const bytes = new Uint8Array(PICTURES / IMAGES)
  bytes.set(picture.subarray(0, bytes.length))
  return bytes
}

const painted = `new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`

const typed = new Function(
  'value',
  `const field = document.getElementById('search'); const start = performance.now(); field.value = value;
  field.dispatchEvent(new Event('input')); return ${painted}.then(() => performance.now() - start)`,
)
const chosen = new Function(
  'choice',
  `const [id, value] = choice; document.getElementById('search').value = ''; const field = document.getElementById(id);
  const start = performance.now(); field.value = value; field.dispatchEvent(new Event('change'));
  return ${painted}.then(() => performance.now() - start)`,
)
const scrolled = new Function(
  'top',
  `const start = performance.now(); scrollTo(0, top); return ${painted}.then(() => performance.now() - start)`,
)
const wheel = new Function(
  `const times = []; const step = (left) => { const start = performance.now(); scrollBy(0, 240);
  return ${painted}.then(() => { times.push(performance.now() - start); return left > 0 ? step(left - 1) : times }) }; return step(59)`,
)
