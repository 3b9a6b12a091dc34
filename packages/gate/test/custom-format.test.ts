import { expect, test } from 'vitest'
import { loadFormat, loadOptions, renderReport, writeReports } from '../src/index.js'
import { reportOf, scored } from './sample-report.js'
import { folder } from './support/folder.js'
import { gate } from './support/gate.js'

const report = reportOf({ 'a.jpg': scored(70), 'b.jpg': scored(30) })

const manifest = (name: string, rest: object) => JSON.stringify({ name, version: '1.0.0', ...rest })

/** A project with packages and files that export formats. */
const project = () =>
  folder({
    'node_modules/esm-format/package.json': manifest('esm-format', { type: 'module', exports: { import: './a.js' } }),
    'node_modules/esm-format/a.js': 'export default ({ images }) => images.length + " by a module\\n"',
    'node_modules/@team/format/package.json': manifest('@team/format', { main: 'a.cjs' }),
    'node_modules/@team/format/a.cjs':
      'exports.__esModule = true; exports.default = async (report) => report.images.length + " by CommonJS\\n"',
    'formats/own.mjs': 'export default (report, { folder }) => JSON.stringify(folder)',
    'formats/none.mjs': 'export const format = () => ""',
    'formats/broken.mjs': 'throw new Error("No ink.")',
  })

test('a format is a package or a path, seen from the root', async () => {
  const root = await project()
  expect(await renderReport(report, 'esm-format', { root })).toBe('2 by a module\n')
  expect(await renderReport(report, '@team/format', { root })).toBe('2 by CommonJS\n')
  expect(await renderReport(report, './formats/own.mjs', { root, folder: 'site' })).toBe('"site"')
})

test('what is no format is told in one sentence', async () => {
  const root = await project()
  const loading = (name: string) => loadFormat(name, root)
  await expect(loading('jsn')).rejects.toThrow(
    `Expected one of stylish, json, junit, sarif, github, markdown, csv, html, or a package that is installed, for a report's format but received "jsn"; did you mean "json"?`,
  )
  await expect(loading('not-there-at-all')).rejects.toThrow(/but received "not-there-at-all"\.$/)
  await expect(loading('./formats/none.mjs')).rejects.toThrow(
    'Expected a function as the default export of the format "./formats/none.mjs" but received a value of type Undefined.',
  )
  await expect(loading('./formats/broken.mjs')).rejects.toThrow(
    'Expected the format "./formats/broken.mjs" to load but it failed (No ink.).',
  )
})

test('options know before the build whether a format is there', async () => {
  const root = await project()
  const reports = (format: string) => loadOptions({ reports: [{ format, file: 'a' }] }, { cwd: root })
  await expect(reports('jsn')).rejects.toThrow('did you mean "json"?')
  const options = await reports('esm-format')
  expect(options.reports[0]!.format).toBeTypeOf('function')
  await writeReports(root, await gate({ 'a.jpg': 9 }), options)
})

test('what a format does to the report, no other sees', async () => {
  const root = await folder()
  const spoil = (own: typeof report) => {
    own.images.length = 0
    return ''
  }
  await renderReport(report, spoil, { root })
  expect(report.images).toHaveLength(2)
})
