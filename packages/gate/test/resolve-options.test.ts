import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { defineConfig, resolveOptions } from '../src/index.js'

test('the defaults', () => {
  expect(resolveOptions({}, { root: '/site' })).toEqual({
    root: resolve('/site'),
    enabled: true,
    include: ['**/*.{jpg,jpeg,png,webp,avif,gif,tif,tiff}'],
    exclude: ['**/node_modules/**'],
    rules: [{ files: '**/*', warn: 50, error: 20 }],
    exempt: [],
    reports: [],
    onUndecodable: 'error',
    onNoImages: 'error',
    includePublic: true,
    inlined: 'count',
    scorer: {},
    cache: { retention: 30 },
  })
})

test('rules come after the default one; a pattern alone is a list of one', () => {
  const { rules, include } = resolveOptions(
    { rules: [{ files: 'src/hero/**', error: 70 }], include: /\.png$/ },
    { root: '/site' },
  )
  expect(rules).toEqual([
    { files: '**/*', warn: 50, error: 20 },
    { files: 'src/hero/**', error: 70 },
  ])
  expect(include).toEqual([/\.png$/])
})

test('the cache: off, or in a folder relative to the root', () => {
  expect(resolveOptions({ cache: false }, { root: '/site' }).cache).toBe(false)
  expect(resolveOptions({ cache: { dir: '.cache', retention: 7 } }, { root: '/site' }).cache).toEqual({
    dir: resolve('/site/.cache'),
    retention: 7,
  })
})

test('what the scorer takes is handed on; what is undefined is left to it', () => {
  const options = { engine: 'wasm', device: undefined, maxPixels: 4096, concurrency: 2, background: '#000' } as const
  expect(resolveOptions(options, { root: '/site' }).scorer).toEqual({
    engine: 'wasm',
    maxPixels: 4096,
    concurrency: 2,
    background: '#000',
  })
})

test('the options are not touched', () => {
  const options = defineConfig({ rules: Object.freeze([{ files: '**', warn: 1 }]) as never })
  Object.freeze(options)
  resolveOptions(options, { root: '/site' })
  expect(options).toEqual({ rules: [{ files: '**', warn: 1 }] })
})
