import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { createScorer, label, type ScoreResult } from '@diqa/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { images, manifest, pathOf } from './support/fixtures.js'

const results = new Map<string, ScoreResult>()

beforeAll(async () => {
  const scorer = await createScorer()
  let i = 0
  for await (const result of scorer.scoreMany(manifest.map(pathOf))) results.set(manifest[i++]!.file, result)
  await scorer.dispose()
}, 300_000)

afterAll(() => results.clear())

describe('the manifest', () => {
  test('names every file there is, and no other, sorted', async () => {
    const entries = await readdir(images, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    const names = files.map((file) => join(file.parentPath, file.name).slice(images.length).split(sep).join('/'))
    expect(manifest.map(({ file }) => file)).toEqual(names.sort((a, b) => (a < b ? -1 : 1)))
    expect(manifest.length).toBeGreaterThanOrEqual(40)
  })

  test('says of every file where it comes from, and that it may be shipped', () => {
    const licences = ['CC0-1.0', 'CC-PDDC', 'MIT', 'public domain']
    for (const { file, source, licence, kind } of manifest) {
      expect(source, file).not.toBe('')
      expect(kind, file).not.toBe('')
      // A picture made of others has the licences of all of them.
      for (const part of licence.split(/ AND |, in part /)) expect(licences, file).toContain(part)
    }
  })

  test('refers to files that are there', () => {
    for (const { file, reference } of manifest)
      if (reference) expect(existsSync(pathOf({ file: reference })), file).toBe(true)
  })

  test('is of files that are small together: less than 15 MB', async () => {
    const sizes = await Promise.all(manifest.map(async (entry) => (await stat(pathOf(entry))).size))
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(15e6)
  })
})

describe('comes out as expected', () => {
  test.each(manifest)('$file: $expect.status $expect.reason', ({ file, expect: { note, ...expected } }) => {
    const result = results.get(file)!
    expect(result).toMatchObject(expected)
    if (result.status !== 'scored') {
      expect(result.message).toMatch(/^[A-Z].*\.$/)
      expect(result).not.toHaveProperty('score')
      return
    }
    expect(result.score).toBeGreaterThanOrEqual(0)
    expect(result.score).toBeLessThanOrEqual(100)
    expect(result.label).toBe(label(result.score))
    expect(result.notes).toEqual(note ? [expect.stringContaining(note)] : [])
  })
})
