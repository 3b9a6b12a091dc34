import { cp, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { fixture, type Gulp, project } from './support/project.js'

/** A gulpfile of one task, as users of the version write it. */
const gulpfile = (body: string, options = '{ encoding: false }') => `
const { src, dest } = require('gulp')
const diqa = require('gulp-diqa')
const images = () => src('src/**/*.{jpg,png,txt}', ${options})
exports.default = () => ${body || undefined}
`

const GOOD = 'photo/chelsea-jpeg-q85.jpg'
const OTHER = 'photo/coffee-jpeg-q75.jpg'
// Whatever the network says, it is not 100.
const ALWAYS = {
  warn: "{ rules: [{ files: '**/*', warn: 100, error: 0 }] }",
  error: "{ rules: [{ files: '**/*', error: 100 }] }",
}

describe.each<Gulp>(['gulp4', 'gulp5'])('%s', (version) => {
  test('hands the very bytes on and writes reports; another run has everything from the cache', async () => {
    const { gulp, root, read } = await project(version, {
      cold: true,
      images: { 'src/a/cat.jpg': GOOD, 'src/coffee.jpg': OTHER },
      gulpfile: gulpfile(
        "images().pipe(diqa({ reports: [{ format: 'json', file: 'out/report.json' }] })).pipe(diqa.format()).pipe(diqa.failAfterError()).pipe(dest('dist', { encoding: false }))",
      ),
    })
    const first = await gulp()
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/2 images in .+: 2 passed/)
    expect(await readFile(join(root, 'dist/a/cat.jpg'))).toEqual(await readFile(fixture(GOOD)))
    const report = JSON.parse(await read('out/report.json'))
    expect(report.images.map(({ path }: { path: string }) => path)).toEqual(['src/a/cat.jpg', 'src/coffee.jpg'])
    expect(report.summary).toMatchObject({ images: 2, cached: 0 })

    await gulp()
    expect(JSON.parse(await read('out/report.json'))).toMatchObject({
      engine: { name: 'none' },
      summary: { images: 2, cached: 2 },
    })
  })

  test('a warning is said and fails nothing', async () => {
    const { gulp } = await project(version, {
      images: { 'src/cat.jpg': GOOD },
      gulpfile: gulpfile(`images().pipe(diqa(${ALWAYS.warn})).pipe(diqa.format()).pipe(diqa.failAfterError())`),
    })
    const { code, stdout } = await gulp()
    expect(code).toBe(0)
    expect(stdout).toContain('src/cat.jpg: ')
    expect(stdout).toContain('below the limit of 100 (rule "**/*")')
    expect(stdout).toContain('1 warning')
  })

  test('an engine that is not there is the one sentence, and the task ends', async () => {
    const { gulp } = await project(version, {
      images: { 'src/cat.jpg': GOOD },
      gulpfile: gulpfile(
        "images().pipe(diqa({ engine: 'wasm', device: 'gpu', cache: false })).pipe(diqa.format()).pipe(diqa.failAfterError()).pipe(dest('dist'))",
      ),
    })
    const { code, stdout, stderr } = await gulp()
    expect(code).not.toBe(0)
    expect(stderr.split('Expected an engine with a GPU for device "gpu" but "wasm" has none.')).toHaveLength(2)
    expect(`${stdout}${stderr}`).toContain("'default' errored after")
    expect(stdout).not.toContain('did not complete')
  })

  test('all errors are said at the end, once, and the exit code is not 0', async () => {
    const { gulp } = await project(version, {
      images: { 'src/cat.jpg': GOOD, 'src/coffee.jpg': OTHER, 'src/cut.jpg': 'broken/truncated.jpg' },
      gulpfile: gulpfile(`images().pipe(diqa(${ALWAYS.error})).pipe(diqa.format()).pipe(diqa.failAfterError())`),
    })
    const { code, stdout, stderr } = await gulp()
    expect(code).not.toBe(0)
    for (const name of ['cat', 'coffee', 'cut']) expect(stderr.split(`src/${name}.jpg: `)).toHaveLength(2)
    expect(stderr).toContain('Failed with 3 errors\n')
    expect(stderr).not.toContain('    at ')
    expect(stdout).toContain('3 images in')
  })

  test('without format(), the error itself lists them', async () => {
    const { gulp } = await project(version, {
      images: { 'src/cat.jpg': GOOD, 'src/coffee.jpg': OTHER },
      gulpfile: gulpfile(`images().pipe(diqa(${ALWAYS.error})).pipe(diqa.failAfterError())`),
    })
    const { code, stderr } = await gulp()
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/Failed with 2 errors:\n {4}src\/\w+\.jpg: .+\n {4}src\/\w+\.jpg: /)
  })

  test('failOnError() names the first bad file', async () => {
    const { gulp } = await project(version, {
      images: { 'src/cat.jpg': GOOD, 'src/coffee.jpg': OTHER },
      gulpfile: gulpfile(`images().pipe(diqa(${ALWAYS.error})).pipe(diqa.failOnError())`),
    })
    const { code, stderr } = await gulp()
    expect(code).not.toBe(0)
    expect(stderr).toContain('in plugin "gulp-diqa"')
    expect(stderr).toMatch(/fileName: .*cat\.jpg/)
    expect(stderr).not.toContain('coffee')
  })

  test('a report that cannot be written fails the stream, and takes none of the messages with it', async () => {
    const options =
      "{ rules: [{ files: '**/*', error: 100 }], reports: [{ format: 'json', file: 'gulpfile.js/a.json' }] }"
    const { gulp } = await project(version, {
      images: { 'src/cat.jpg': GOOD, 'src/coffee.jpg': OTHER },
      gulpfile: gulpfile(`images().pipe(diqa(${options})).pipe(diqa.format()).pipe(diqa.failAfterError())`),
    })
    const { code, stdout, stderr } = await gulp()
    expect(code).not.toBe(0)
    for (const name of ['cat', 'coffee']) expect(stderr.split(`src/${name}.jpg: `)).toHaveLength(2)
    expect(stdout).toMatch(/2 images in .+: 0 passed, 2 errors/)
    expect(stderr).toContain('The report "gulpfile.js/a.json" is missing: Expected a file that can be written (')
    expect(stderr).not.toContain('    at ')
  })

  test("another plugin's error stays visible, and nothing keeps the process", async () => {
    const { gulp } = await project(version, {
      cold: true,
      images: { 'src/cat.jpg': GOOD },
      gulpfile: `const { Transform } = require('node:stream')
${gulpfile(`images().pipe(diqa(${ALWAYS.error})).pipe(new Transform({ objectMode: true, transform(f, e, done) { done(new Error('mine is worse')) } })).pipe(diqa.failAfterError())`)}`,
    })
    const { code, stderr } = await gulp()
    expect(code).not.toBe(0)
    expect(stderr).toContain('mine is worse')
    expect(stderr).not.toContain('Failed with')
  })

  test('no image, a Git LFS pointer: a sentence that says what to do', async () => {
    const { gulp } = await project(version, {
      images: { 'src/lfs.jpg': 'broken/lfs-pointer.jpg' },
      gulpfile: `${gulpfile('images().pipe(diqa()).pipe(diqa.failAfterError())')}
exports.none = () => src('src/**/*.webp', { allowEmpty: true }).pipe(diqa()).pipe(diqa.format())
exports.warned = () => src('src/**/*.webp', { allowEmpty: true }).pipe(diqa({ onNoImages: 'warn' }))
exports.off = () => src('src/**/*.webp', { allowEmpty: true }).pipe(diqa({ onNoImages: 'off' }))`,
    })
    expect((await gulp()).stderr).toContain(
      'src/lfs.jpg: Expected an image but found a Git LFS pointer: run "git lfs pull".',
    )
    const none = await gulp('none')
    expect(none.code).not.toBe(0)
    expect(none.stderr).toContain('but found none: correct "include" in the options of diqa')
    const warned = await gulp('warned')
    expect(warned).toMatchObject({ code: 0, stdout: expect.stringContaining('but found none') })
    const off = await gulp('off')
    expect(off).toMatchObject({ code: 0, stdout: expect.not.stringContaining('but found none') })
  })

  test('--silent says nothing, -L only errors', async () => {
    const { gulp } = await project(version, {
      images: { 'src/cat.jpg': GOOD },
      gulpfile: gulpfile(`images().pipe(diqa(${ALWAYS.warn})).pipe(diqa.format()).pipe(diqa.failAfterError())`),
    })
    expect(await gulp('--silent')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await gulp('-L')).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

test('gulp 5 without `encoding: false`: the sentence that says so', async () => {
  const { gulp } = await project('gulp5', {
    images: { 'src/cat.jpg': GOOD },
    gulpfile: gulpfile('images().pipe(diqa()).pipe(diqa.failAfterError())', '{}'),
  })
  const { code, stderr } = await gulp()
  expect(code).not.toBe(0)
  expect(stderr).toContain(
    'src/cat.jpg: Expected image bytes but they were decoded as text on the way: with Gulp 5, read images with gulp.src(…, { encoding: false }).',
  )
})

test('gulp 5 in streaming mode hands on the very bytes', async () => {
  const { gulp, root } = await project('gulp5', {
    images: { 'src/cat.jpg': GOOD },
    gulpfile: gulpfile(
      "images().pipe(diqa()).pipe(diqa.format()).pipe(dest('dist'))",
      '{ encoding: false, buffer: false }',
    ),
  })
  expect((await gulp()).stdout).toMatch(/1 image in .+: 1 passed/)
  expect(await readFile(join(root, 'dist/cat.jpg'))).toEqual(await readFile(fixture(GOOD)))
})

test('an ES module for a gulpfile', async () => {
  const { gulp, root } = await project('gulp5', { images: { 'src/cat.jpg': GOOD } })
  await writeFile(
    join(root, 'gulpfile.mjs'),
    `import gulp from 'gulp'
import diqa, { failAfterError } from 'gulp-diqa'
export default () => gulp.src('src/*', { encoding: false }).pipe(diqa()).pipe(diqa.format('stylish')).pipe(failAfterError())`,
  )
  const { code, stdout } = await gulp()
  expect(code).toBe(0)
  expect(stdout).toContain('Scores of diqa-1')
})

test('gulp.watch goes on after an error and scores only what changed', async () => {
  const { start, root } = await project('gulp5', {
    images: { 'src/cat.jpg': GOOD, 'src/coffee.jpg': OTHER },
    gulpfile: `${gulpfile('')}
const { watch } = require('gulp')
const check = () => images().pipe(diqa(${ALWAYS.error})).pipe(diqa.format()).pipe(diqa.failAfterError())
exports.default = () => void watch('src/*', { ignoreInitial: false }, check)`,
  })
  const { said } = start()
  await vi.waitUntil(() => said().includes('Failed with 2 errors'), { timeout: 20_000 })
  // At once: a copy over a file removes it first, and a watcher may look in between.
  await cp(fixture('photo/gravel-jpeg-q10.jpg'), join(root, 'other.jpg'))
  await rename(join(root, 'other.jpg'), join(root, 'src/coffee.jpg'))
  await vi.waitUntil(() => said().includes('2 errors, 1 from the cache'), { timeout: 20_000 })
})
