import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type JudgedOptions, prepareJudged } from '../../src/distort/prepare-judged.js'
import { Store } from '../../src/store/store.js'
import { open, picture, temporary } from '../tiny.js'
import { BY_SIZE, fakeJudge } from './fake-judge.js'

async function options(change: Partial<JudgedOptions> = {}): Promise<JudgedOptions> {
  const root = join(await temporary(), 'pictures')
  await mkdir(root)
  for (let i = 0; i < 10; i++)
    await open(picture(70, 60, i))
      .png()
      .toFile(join(root, `${i}.png`))
  return {
    name: 'web',
    sources: [{ name: 'set', root: 'r', licence: 'CC0' }],
    roots: { r: root },
    side: 48,
    variants: 2,
    judgeCommand: await fakeJudge(BY_SIZE),
    seed: 1,
    ...change,
  }
}

describe('prepareJudged', () => {
  test('undistorted squares at 100, and their distortions with what the judge says', async () => {
    const [one, two] = [await temporary(), await temporary()]
    const settings = await options()
    const seen: string[] = []
    const header = await prepareJudged(one, {
      ...settings,
      onProgress: (pictures, name) => seen.push(`${pictures} ${name}`),
    })
    expect(seen).toHaveLength(10)
    expect(seen[9]).toMatch(/^10 set\/\d\.png#0$/)
    expect(header).toMatchObject({ name: 'web', truth: 'judge', scale: { direction: 'mos', min: 0, max: 100 } })
    const store = new Store(one)
    expect(store.images).toHaveLength(30)
    for (const [i, image] of store.images.entries()) {
      expect(image).toMatchObject({ width: 48, height: 48 })
      const pristine = i - (i % 3)
      if (i === pristine) {
        expect(image).toMatchObject({ quality: 100, distortion: 'none' })
        expect(image.reference).toBeUndefined()
        continue
      }
      expect(image.reference).toBe(pristine)
      expect([image.group, image.split]).toEqual([store.images[pristine]!.group, store.images[pristine]!.split])
      expect(image.quality! >= 0 && image.quality! <= 100).toBe(true)
      expect(image.name).toMatch(/^set\/\d\.png#0 \[\{"kind":/)
    }
    const text = (i: number) => store.levels(i).join()
    const changed = store.images.filter((_, i) => text(i) !== text(i - (i % 3)))
    expect(changed.length).toBeGreaterThan(15)
    expect(store.of('val')).toHaveLength(3)
    store.close()
    expect((await prepareJudged(two, settings)).digest).toBe(header.digest)
  }, 30_000)

  test('looks for every root before it begins', async () => {
    const folder = join(await temporary(), 'out')
    const settings = await options()
    const sources = [...settings.sources, { name: 'other', root: 'gone', licence: 'CC0' }]
    await expect(prepareJudged(folder, { ...settings, sources })).rejects.toThrow(
      'Expected --root gone=FOLDER for the pristine source "other" but there is none.',
    )
    expect(existsSync(folder)).toBe(false)
  })

  test('a judge that fails leaves an unfinished folder', async () => {
    const folder = await temporary()
    const judgeCommand = await fakeJudge("console.log('no idea')")
    await expect(prepareJudged(folder, await options({ judgeCommand }))).rejects.toThrow(
      `Expected a score from "${judgeCommand}" but it printed "no idea".`,
    )
    expect(existsSync(join(folder, 'store.json'))).toBe(false)
  })

  test('stops between two pictures when it is told to', async () => {
    const stop = new AbortController()
    const settings = await options({ signal: stop.signal, onProgress: () => stop.abort() })
    await expect(prepareJudged(await temporary(), settings)).rejects.toThrow('This operation was aborted')
  })
})
