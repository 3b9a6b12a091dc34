// Keeps and looks up results in a cache that other processes use at the same time: argv is the folder, a seed, a count.
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { DiskCache } from '../../dist/cache/disk-cache.js'

const [directory, seed, count] = process.argv.slice(2)
const digest = 'ab'.repeat(32)

export const sha256Of = (i) =>
  (i * 2654435761).toString(16).padStart(16, '0').slice(-16).split('').reverse().join('').repeat(4)
const resultOf = (i) => ({
  status: 'scored',
  sha256: sha256Of(i),
  bytes: i,
  score: i % 101,
  label: 'good',
  notes: ['x'.repeat(i % 900)],
})

let wrong = 0
let found = 0
for (let round = 0; round < 5; round++) {
  const cache = new DiskCache({ directory, digest, retention: 30 })
  for (let i = 0; i < Number(count); i++) {
    const at = (i * 7 + Number(seed) * 31) % Number(count)
    const hit = await cache.get(sha256Of(at))
    if (hit) found += 1
    if (hit && JSON.stringify(hit.notes) + hit.score !== JSON.stringify(resultOf(at).notes) + resultOf(at).score)
      wrong += 1
    if (!hit) cache.set(sha256Of(at), resultOf(at))
  }
  // Every process prunes as if a day had gone by.
  if (process.argv[5] === 'prune') await utimes(join(directory, 'v1', 'pruned'), 0, 0).catch(() => {})
  await cache.flush()
}
console.log(JSON.stringify({ wrong, found }))
