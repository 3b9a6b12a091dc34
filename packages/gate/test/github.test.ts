import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formats, renderReport } from '../src/index.js'
import { reportFrom, reportOf, scored } from './sample-report.js'
import { KINDS } from './support/findings.js'
import { folder } from './support/folder.js'
import { HOSTILE, hostileImages } from './support/hostile.js'

/** What GitHub's runner makes of a line: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs */
function command(line: string) {
  const [, name, properties = '', data = ''] = /^::(\w+)(?: ([^:]*))?::(.*)$/.exec(line)!
  const undo = (text: string, codes: string[]) =>
    codes.reduce((all, code) => all.replaceAll(code, decodeURIComponent(code)), text)
  const pairs = properties.split(',').map((pair) => {
    const [key = '', ...value] = pair.split('=')
    return [key, undo(value.join('='), ['%0D', '%0A', '%3A', '%2C', '%25'])]
  })
  return { name, ...Object.fromEntries(pairs), message: undo(data, ['%0D', '%0A', '%25']) }
}

const commands = (text: string) => text.split('\n').slice(0, -1).map(command)

test('an annotation for each image that the gate complains of, errors first', () => {
  expect(commands(formats.github(reportFrom(KINDS)))).toEqual([
    {
      name: 'error',
      file: 'e-cut.jpg',
      title: 'Image without pixels',
      message: 'e-cut.jpg: Expected a whole JPEG but it ends early.',
    },
    {
      name: 'error',
      file: 'src/b-bad.jpg',
      title: 'Image quality below the limit',
      message:
        'src/b-bad.jpg → assets/b-bad-3f2a91bc.jpg: Score 12.3 (bad), below the limit of 20. Rule "src/**". Export it again from the original at a higher quality.',
    },
    {
      name: 'error',
      file: 'src/d-dropped.jpg',
      title: 'Image quality lost since the source',
      message:
        'src/d-dropped.jpg: Score 55.5 (fair), 24.6 less than its source, more than the maxDrop of 10. Rule "src/**". Your optimiser took this image from 80.1 (excellent) to 55.5 (fair): raise its quality setting.',
    },
    {
      name: 'warning',
      file: 'src/c-poor.jpg',
      title: 'Image quality below the limit',
      message:
        'src/c-poor.jpg: Score 31 (poor), below the limit of 40. Rule "**/*". Export it again from the original at a higher quality.',
    },
  ])
})

test('where nothing is wrong, nothing is said', () => {
  expect(formats.github(reportOf({ 'a.jpg': scored(90) }))).toBe('')
})

test('no name makes a command or a property of its own', () => {
  const images = hostileImages()
  for (const [i, image] of images.entries()) {
    const [only, ...others] = commands(formats.github(reportFrom([image])))
    expect(others).toEqual([])
    expect(Object.keys(only!)).toEqual(['name', 'file', 'title', 'message'])
    expect(only).toMatchObject({ name: 'error', file: HOSTILE[i] })
  }
})

test('GitHub shows ten of a kind: the tenth names the others', () => {
  const images = Array.from({ length: 14 }, (_, i) => ({ ...KINDS[1]!, path: `${i}.jpg`, score: i }))
  const said = commands(formats.github(reportFrom([...images, KINDS[2]!])))
  expect(said.map(({ name }) => name)).toEqual([...Array(10).fill('error'), 'warning'])
  expect(said.slice(0, 9).map(({ file }) => file)).toEqual(images.slice(0, 9).map(({ path }) => path))
  expect(said[9]).toEqual({
    name: 'error',
    title: '5 more images to look at',
    message: '5 more images:\n9 9.jpg\n10 10.jpg\n11 11.jpg\n12 12.jpg\n13 13.jpg',
  })
})

test("files are named from the repository's top", async () => {
  const repository = await folder()
  await mkdir(join(repository, '.git'))
  const text = await renderReport(reportFrom([KINDS[1]!]), 'github', { root: join(repository, 'packages/site') })
  expect(commands(text)[0]!.file).toBe('packages/site/src/b-bad.jpg')
  const above = reportFrom([{ ...KINDS[1]!, path: '../shared/a.jpg' }])
  expect(commands(formats.github(above, { folder: 'packages/site' }))[0]!.file).toBe('packages/shared/a.jpg')
})
