import { createHash } from 'node:crypto'
import { readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Explanation } from '@diqa/core'
import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createCollector, formats, type ReportImage, resolveOptions, writeReports } from '../src/index.js'
import { PictureMaker, type PictureMakerOptions } from '../src/pictures/picture-maker.js'
import { reportFrom, scored } from './sample-report.js'
import { fakeScorers, identity } from './support/fake-scorer.js'
import { folder } from './support/folder.js'

vi.mock('node:fs/promises', { spy: true })

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A photograph of nothing: 800 x 500 pixels, different for each number. */
const photo = (n: number) =>
  sharp({ create: { width: 800, height: 500, channels: 3, background: { r: 20 * n, g: 90, b: 200 } } })
    .jpeg()
    .toBuffer()

/** An explanation as the scorer gives it: a heat map at quarter scale. */
async function explanation(): Promise<Explanation> {
  const png = await sharp({ create: { width: 200, height: 125, channels: 4, background: '#f008' } })
    .png()
    .toBuffer()
  return { status: 'explained', bytes: 1, sha256: '', map: new Float32Array(0), mapWidth: 200, mapHeight: 125, png }
}

function maker(options: Partial<PictureMakerOptions> = {}) {
  const explained: string[] = []
  const explain = async (bytes: unknown) => {
    explained.push(digest(bytes as Uint8Array))
    return explanation()
  }
  const pictures = new PictureMaker({
    root: '/nowhere',
    folder: undefined,
    identity: () => 'f'.repeat(64),
    openScorer: async () => ({ explain }),
    ...options,
  })
  return { pictures, explained }
}

const row = (path: string, bytes: Uint8Array, score: number, status: ReportImage['status'] = 'pass'): ReportImage => ({
  path,
  status,
  bytes: bytes.length,
  sha256: digest(bytes),
  score,
  label: 'good',
  rule: { files: '**/*' },
})

const sizeOf = async (webp: Uint8Array | undefined) => {
  const { format, width, height } = await sharp(webp).metadata()
  return [format, width, height]
}

test('a thumbnail of each; a preview and a heat map of what needs a look', async () => {
  const { pictures, explained } = maker()
  const files = await Promise.all(Array.from({ length: 8 }, (_, i) => photo(i)))
  const images = files.map((bytes, i) => row(`${i}.jpg`, bytes, 90 - i, i === 2 ? 'error' : 'pass'))
  for (const [i, bytes] of files.entries()) await pictures.look(digest(bytes), bytes, scored(90 - i), 40)
  const made = await pictures.pictures(reportFrom(images))
  expect(made.size).toBe(8)
  const bad = made.get(digest(files[2]!))!
  expect(await sizeOf(bad.thumbnail)).toEqual(['webp', 96, 60])
  expect(await sizeOf(bad.preview)).toEqual(['webp', 640, 400])
  expect(await sizeOf(bad.heatMap)).toEqual(['webp', 200, 125])
  // The failing one, then the worst of the others: five in all.
  expect(explained).toEqual([2, 7, 6, 5, 4].map((i) => digest(files[i]!)))
  expect(Object.keys(made.get(digest(files[0]!))!)).toEqual(['thumbnail'])
})

/** A cache with the pictures of one bad image. */
async function cacheOfOne() {
  const directory = await folder()
  const cached: Partial<PictureMakerOptions> = { folder: { directory, retention: 30 } }
  const bytes = await photo(1)
  const report = reportFrom([row('a.jpg', bytes, 12, 'error')])
  const { pictures } = maker(cached)
  await pictures.look(digest(bytes), bytes, scored(12), 40)
  return { cached, top: join(directory, 'pictures-v1'), bytes, report, made: await pictures.pictures(report) }
}

test('what is kept is not made again, until it was not used for long', async () => {
  const { cached, top, bytes, report, made } = await cacheOfOne()
  expect(Object.keys(made.get(digest(bytes))!)).toEqual(['preview', 'heatMap', 'thumbnail'])

  // The bytes are gone: all is from the cache.
  const second = maker(cached)
  expect(await second.pictures.pictures(report)).toEqual(made)
  expect(second.explained).toEqual([])
  // Another model sees other errors.
  const third = maker({ ...cached, identity: () => 'e'.repeat(64) })
  expect(Object.keys((await third.pictures.pictures(report)).get(digest(bytes))!)).toEqual(['preview', 'thumbnail'])

  const kept = async () => (await readdir(top, { recursive: true })).filter((name) => name.endsWith('.webp'))
  expect(await kept()).toHaveLength(3)
  const old = new Date(Date.now() - 31 * 86_400_000)
  for (const name of await kept()) await utimes(join(top, name), old, old)
  await utimes(join(top, 'pruned'), old, old)
  await maker(cached).pictures.pictures(reportFrom([]))
  expect(await kept()).toEqual([])
})

test('a cache that can be read but not written shows what it has, however old', async () => {
  const { cached, top, report, made } = await cacheOfOne()
  const old = new Date(Date.now() - 20 * 86_400_000)
  for (const name of await readdir(top, { recursive: true })) await utimes(join(top, name), old, old)

  const spy = vi.mocked(utimes).mockRejectedValue(Object.assign(new Error('EROFS'), { code: 'EROFS' }))
  onTestFinished(() => void spy.mockRestore())
  expect(await maker(cached).pictures.pictures(report)).toEqual(made)
  expect(spy).toHaveBeenCalled()
})

test('files are looked for at their paths, and shown only if they are the very same', async () => {
  const root = await folder()
  const [bytes, other] = [await photo(1), await photo(2)]
  await writeFile(join(root, 'a.jpg'), bytes)
  await writeFile(join(root, 'b.jpg'), other)
  const images = [row('a.jpg', bytes, 10, 'error'), { ...row('b.jpg', await photo(3), 10, 'error') }]
  const made = await maker({ root }).pictures.pictures(reportFrom(images))
  expect([...made.keys()]).toEqual([digest(bytes)])
  expect(Object.keys(made.get(digest(bytes))!)).toEqual(['preview', 'heatMap', 'thumbnail'])
})

test('the source of what was lost is shown beside it', async () => {
  const root = await folder()
  const [source, output] = [await photo(1), await photo(2)]
  await writeFile(join(root, 'a.jpg'), source)
  const { pictures } = maker({ root })
  await pictures.look(digest(output), output, scored(30), 0)
  const lost = { ...row('a.jpg', output, 30, 'error'), source: { score: 80, label: 'good', sha256: digest(source) } }
  const made = await pictures.pictures(reportFrom([lost as ReportImage]))
  expect(await sizeOf(made.get(digest(source))!.preview)).toEqual(['webp', 640, 400])
})

test('what fails is absent, and no reason to fail', async () => {
  const fails = maker({ openScorer: () => Promise.reject(new Error('There is no such engine.')) })
  const bytes = await photo(1)
  await fails.pictures.look(digest(bytes), bytes, scored(10), 40)
  const text = Buffer.from('no image')
  await fails.pictures.look(digest(text), text, scored(10), 40)
  const report = reportFrom([row('a.jpg', bytes, 10, 'error'), row('b.jpg', text, 10, 'error')])
  const made = await fails.pictures.pictures(report)
  expect([...made].map(([sha256, picture]) => [sha256, Object.keys(picture)])).toEqual([
    [digest(bytes), ['preview', 'thumbnail']],
  ])
})

test('a run that was stopped waits for no heat map', async () => {
  const { pictures, explained } = maker()
  const bytes = await photo(1)
  await pictures.look(digest(bytes), bytes, scored(10), 40)
  await pictures.pictures(reportFrom([row('a.jpg', bytes, 10, 'error')], { partial: true }))
  expect(explained).toEqual([])
})

test('a collector makes them only for a report that shows images', async () => {
  const root = await folder()
  const { createScorer } = fakeScorers()
  const collect = async (format: 'html' | 'json') => {
    const options = resolveOptions({ reports: [{ format, file: 'report' }], cache: false }, { root })
    const collector = createCollector(options, { createScorer, identity })
    await collector.add({ name: 'a.jpg', bytes: Buffer.from('30') })
    const result = await collector.finish()
    await writeReports(root, result, options)
    return result
  }
  expect((await collect('json')).pictures).toBeUndefined()
  const { pictures, report } = await collect('html')
  // Its bytes are no image that sharp could read.
  expect(await pictures!(report)).toEqual(new Map())
  expect(formats.html(report)).toContain('id="pictures">[]<')
})
