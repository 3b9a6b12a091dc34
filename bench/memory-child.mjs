// Scores argv[2] images and prints the peak of resident memory, in MB.
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createScorer } from '../packages/core/dist/index.js'

const core = fileURLToPath(new URL('../packages/core/package.json', import.meta.url))
const sharp = (await import(pathToFileURL(createRequire(core).resolve('sharp')))).default
const photograph = fileURLToPath(new URL('../fixtures/images/photo/chelsea.png', import.meta.url))
const small = await sharp(photograph).resize(160, 112, { fit: 'fill' }).removeAlpha().raw().toBuffer()

async function* images(count) {
  for (let i = 0; i < count; i++) {
    const raw = Buffer.from(small)
    raw.writeUInt32LE(i)
    yield await sharp(raw, { raw: { width: 160, height: 112, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toBuffer()
  }
}

const scorer = await createScorer({ concurrency: 2 })
const start = performance.now()
for await (const result of scorer.scoreMany(images(Number(process.argv[2])))) {
  if (result.status !== 'scored') throw new Error(`Expected a score but received ${result.status}.`)
}
const seconds = (performance.now() - start) / 1000
await scorer.dispose()
console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS / 1024, seconds }))
