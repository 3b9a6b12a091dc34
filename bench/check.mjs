// What "diqa check" takes: beyond Node's own start where nothing changed, and of memory where everything is new.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inTurns } from './measure.mjs'

const core = fileURLToPath(new URL('../packages/core/package.json', import.meta.url))
const sharp = createRequire(core)('sharp')
const bin = fileURLToPath(new URL('../packages/cli/bin/diqa.cjs', import.meta.url))
const photograph = fileURLToPath(new URL('../fixtures/images/photo/chelsea.png', import.meta.url))
const tellPeak = 'process.on("exit",()=>console.error(process.resourceUsage().maxRSS))'
const FLAGS = ['check', '--error', '0', '--warn', '0', '--format', 'json', '-o', 'report.json']

export const title = 'diqa check, 1,000 unchanged images of 30 kB from the cache; then 10,000 new ones, two workers'

export async function* run() {
  const cached = await site(1000, 30_000)
  await diqa(cached)
  const times = await inTurns(7, { node: () => node(['-e', '0'], cached), check: () => diqa(cached) })
  await rm(cached, { recursive: true })
  const ms = (seconds) => `${(seconds * 1000).toFixed(0)} ms`
  yield `node ${ms(times.node)}, diqa check ${ms(times.check)}: ${ms(times.check - times.node)} beyond Node's start`

  for (const count of [1000, 10_000]) {
    const root = await site(count, 0)
    const { peak, seconds } = await diqa(root, '--engine', 'wasm', '--concurrency', '2')
    await rm(root, { recursive: true })
    yield `${String(count).padStart(6)} new images  ${seconds.toFixed(0)} s, at most ${Math.round(peak)} MB resident`
  }
}

/** A package of so many small photographs, all of different bytes, each padded to a size: decoders stop at the end. */
async function site(count, bytes) {
  const root = await mkdtemp(join(tmpdir(), 'diqa-bench-'))
  await writeFile(join(root, 'package.json'), '{}')
  const image = await sharp(photograph).resize(160, 112, { fit: 'fill' }).webp().toBuffer()
  for (let i = 0; i < count; i++) {
    const folder = join(root, `images/${i % 50}`)
    if (i < 50) await mkdir(folder, { recursive: true })
    const padding = Buffer.alloc(Math.max(16, bytes - image.length))
    padding.writeUInt32LE(i)
    await writeFile(join(folder, `${i}.webp`), Buffer.concat([image, padding]))
  }
  return root
}

async function diqa(root, ...flags) {
  const start = performance.now()
  const { stderr } = await node(['--import', `data:text/javascript,${tellPeak}`, bin, ...FLAGS, ...flags], root)
  return { peak: Number(stderr.trim().split('\n').at(-1)) / 1024, seconds: (performance.now() - start) / 1000 }
}

function node(args, cwd) {
  return promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 2 ** 26 })
}
