import { EventEmitter } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, type Transform } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import File from 'vinyl'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import diqa, { type DiqaOptions, type ImageQuality } from '../src/index.js'
import { fixture } from './support/project.js'

let root: string
let options: DiqaOptions
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'diqa vinyl '))
})
afterAll(() => rm(root, { recursive: true, force: true }))
beforeEach(() => {
  options = { cache: { dir: join(root, 'cache') }, concurrency: 1 }
})

type Scored = InstanceType<typeof File> & { imageQuality?: ImageQuality }

const photo = () => readFile(fixture('photo/chelsea-jpeg-q85.jpg'))
const file = (name: string, contents: Buffer | Readable | null) =>
  new File({ cwd: root, base: join(root, 'src'), path: join(root, 'src', name), contents: contents as Buffer })

/** What comes out when the files go in. */
async function through(stream: Transform, ...files: object[]): Promise<Scored[]> {
  for (const one of files) stream.write(one)
  stream.end()
  return stream.toArray()
}

const cut = () => readFile(fixture('broken/truncated.jpg'))

test('the result is on the file, and the file as it was', async () => {
  const contents = await photo()
  const given = file('cat.jpg', contents)
  const [got] = await through(diqa(options), given)
  expect(got).toBe(given)
  expect(got!.contents).toBe(contents)
  expect(got!.imageQuality).toMatchObject({
    path: 'src/cat.jpg',
    output: 'src/cat.jpg',
    status: expect.stringMatching(/^(pass|warn|error)$/),
    score: expect.any(Number),
    label: expect.any(String),
    scoredBy: { tool: { name: 'diqa' }, model: { id: 'diqa-1' } },
  })
})

test('a stream stays one, of the same bytes', async () => {
  const [got] = await through(
    diqa(options),
    file('cat.jpg', Readable.from([(await photo()).subarray(0, 9), (await photo()).subarray(9)])),
  )
  expect(got!.imageQuality?.score).toEqual(expect.any(Number))
  expect(got!.isStream()).toBe(true)
  expect(await buffer(got!.contents as Readable)).toEqual(await photo())
})

test('a stream that fails is an error that names the file', async () => {
  const broken = new Readable({ read: () => broken.destroy(new Error('disk on fire')) })
  const failing = through(diqa(options), file('cat.jpg', broken))
  await expect(failing).rejects.toMatchObject({
    plugin: 'gulp-diqa',
    message: 'disk on fire',
    fileName: join(root, 'src/cat.jpg'),
  })
})

test('an error that someone listens to is theirs', async () => {
  const failing = diqa({ ...options, engine: 'wasm', device: 'gpu', cache: false })
  const heard = new Promise((resolve) => failing.once('error', resolve))
  Readable.from([file('cat.jpg', await photo())])
    .pipe(failing)
    .pipe(diqa.format())
  await expect(heard).resolves.toMatchObject({ message: expect.stringMatching(/^Expected an engine with a GPU for/) })
})

test('what is no image, or has no contents, is handed on unread', async () => {
  const text = file('a.txt', Readable.from(['text']))
  const contents = text.contents
  const none = file('folder.jpg', null)
  const got = await through(diqa({ ...options, onNoImages: 'off' }), text, none)
  expect(got).toEqual([text, none])
  expect(text.contents).toBe(contents)
  expect(got.every(({ imageQuality }) => imageQuality === undefined)).toBe(true)
})

test('order is kept, and what a slow reader has not taken is not worked on ahead', async () => {
  const stream = diqa({ ...options, rules: [{ files: '**/*', level: 'off' }] })
  const contents = await photo()
  let taken = 0
  const source = Readable.from(
    (function* () {
      for (let i = 0; i < 500; i++) {
        taken += 1
        yield file(`${i}.jpg`, contents)
      }
    })(),
  )
  source.pipe(stream)
  await vi.waitUntil(() => stream.readableLength >= stream.readableHighWaterMark)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(taken).toBeLessThan(100)
  const files: Scored[] = await stream.toArray()
  expect(files.map(({ stem }) => Number(stem))).toEqual(Array.from({ length: 500 }, (_, i) => i))
})

test('a file is named by its source and by what became of it', async () => {
  const renamed = file('cat.png', await photo())
  renamed.extname = '.jpg'
  const [got] = await through(diqa(options), renamed)
  expect(got!.imageQuality).toMatchObject({ path: 'src/cat.png', output: 'src/cat.jpg' })
})

test('maxDrop compares with the source', async () => {
  const path = join(root, 'original.jpg')
  await writeFile(path, await photo())
  const worse = new File({ cwd: root, path, contents: await readFile(fixture('photo/chelsea-jpeg-q10.jpg')) })
  const [got] = await through(diqa({ ...options, rules: [{ files: '**/*', maxDrop: { warn: 100 } }] }), worse)
  expect(got!.imageQuality?.drop).toMatchObject({ from: expect.any(Number) })
})

test('two files of one path have a result each', async () => {
  const got = await through(diqa(options), file('a.jpg', await photo()), file('a.jpg', await cut()))
  expect(got.map(({ imageQuality }) => imageQuality?.status === 'undecodable')).toEqual([false, true])
})

test('format() writes a report where it is told to, and failAfterError() counts pictures, not variants', async () => {
  const files = await through(
    diqa({ ...options, rules: [{ files: '**/*', error: 100 }] }),
    file('cat.jpg', await photo()),
    file('cat@2x.jpg', await readFile(fixture('photo/chelsea-jpeg-q10.jpg'))),
    file('cut.jpg', await cut()),
  )
  const written: string[] = []
  await through(
    diqa.format('json', (text) => written.push(text)),
    ...files,
  )
  expect(JSON.parse(written.join(''))).toMatchObject({
    schemaVersion: 1,
    summary: { images: 3, errors: 2, undecodable: 1 },
  })
  await through(
    diqa.format(
      (report) => `${report.images.length} seen`,
      (text) => written.push(text),
    ),
    ...files,
  )
  expect(written.at(-1)).toBe('3 seen')

  await expect(through(diqa.failAfterError(), ...files)).rejects.toMatchObject({
    plugin: 'gulp-diqa',
    showStack: false,
    message: expect.stringMatching(/^Failed with 2 errors:\n.*src\/cut\.jpg: .+\n.*The same goes for src\/cat/),
  })
  await expect(through(diqa.failOnError(), ...files)).rejects.toMatchObject({ fileName: files[0]!.path })
})

test('a clone keeps its result', async () => {
  const [got] = await through(
    diqa({ ...options, rules: [{ files: '**/*', error: 100 }] }),
    file('cat.jpg', await photo()),
  )
  await expect(through(diqa.failAfterError(), got!.clone())).rejects.toThrow('Failed with 1 error:')
})

test('without gulp, format() speaks on the console', async () => {
  const files = await through(
    diqa({ ...options, rules: [{ files: '**/*', warn: 100, error: 0 }] }),
    file('cat.jpg', await photo()),
  )
  const [warn, info] = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'info')].map((spy) =>
    spy.mockImplementation(() => {}),
  )
  await through(diqa.format(), ...files)
  expect(warn!.mock.calls).toEqual([[files[0]!.imageQuality!.message]])
  expect(info!.mock.calls).toEqual([[expect.stringMatching(/^1 image in .+1 warning/)]])
  vi.restoreAllMocks()
})

test('what the options get wrong is an error of one sentence', async () => {
  expect(() => diqa({ rule: [] } as never)).toThrow(
    'Expected an option of diqa but received "rule"; did you mean "rules"?',
  )
  expect(() => diqa.format('jsn' as never)).toThrow(
    /^Expected one of stylish, json, .* or a function for diqa.format\(\) but received "jsn"\.$/,
  )
  const gpu = through(diqa({ ...options, engine: 'wasm', device: 'gpu', cache: false }), file('cat.jpg', await photo()))
  await expect(gpu).rejects.toMatchObject({ plugin: 'gulp-diqa', showStack: false })
})

test('disabled, it hands on and says nothing of there being no images', async () => {
  const [got] = await through(diqa({ enabled: false }), file('cat.jpg', await photo()))
  expect(got!.imageQuality).toBeUndefined()
  expect(await through(diqa({ enabled: false }))).toEqual([])
})

test('require() gives the function itself', () => {
  const required = createRequire(import.meta.url)('../dist/index.js')
  expect(required).toBeTypeOf('function')
  for (const name of ['format', 'failOnError', 'failAfterError']) expect(required[name]).toBeTypeOf('function')
  expect(diqa()).toBeInstanceOf(EventEmitter)
})
