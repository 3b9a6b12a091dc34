import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import AjvDraft4 from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { formats, type ReportImage } from '../src/index.js'
import { reportFrom } from './sample-report.js'
import { KINDS } from './support/findings.js'
import { HOSTILE, hostileImages } from './support/hostile.js'

/** The schema of OASIS, as Microsoft ships it. */
const location = createRequire(import.meta.url).resolve('@microsoft/jest-sarif')
const schema = JSON.parse(readFileSync(join(dirname(location), 'schemas/sarif-2.1.0-rtm.5.json'), 'utf8'))
const ajv = new AjvDraft4.default({ strict: false, allErrors: true, unicodeRegExp: false })
addFormats.default(ajv)
const validate = ajv.compile(schema)

function read(images: ReportImage[], extra: Parameters<typeof reportFrom>[1] = {}, folder?: string) {
  const log = JSON.parse(formats.sarif(reportFrom(images, extra), { folder }))
  validate(log)
  expect(validate.errors ?? []).toEqual([])
  return log.runs[0]
}

const uriOf = (result: { locations: [{ physicalLocation: { artifactLocation: { uri: string } } }] }) =>
  result.locations[0].physicalLocation.artifactLocation.uri

test('a result for each image that the gate complains of, errors first', () => {
  const run = read(KINDS)
  expect(run.tool.driver).toMatchObject({ name: 'diqa', semanticVersion: '0.1.0' })
  const rules = run.tool.driver.rules.map(({ id }: { id: string }) => id)
  expect(
    run.results.map((result: Parameters<typeof uriOf>[0] & { level: string; ruleIndex: number; rank?: number }) => [
      result.level,
      rules[result.ruleIndex],
      uriOf(result),
      result.rank,
    ]),
  ).toEqual([
    ['error', 'undecodable', 'e-cut.jpg', undefined],
    ['error', 'low-score', 'src/b-bad.jpg', 87.7],
    ['error', 'quality-drop', 'src/d-dropped.jpg', 44.5],
    ['warning', 'low-score', 'src/c-poor.jpg', 69],
  ])
  expect(run.results[1]).toMatchObject({
    message: {
      text: 'Score 12.3 (bad), below the limit of 20. Export it again from the original at a higher quality.',
    },
    properties: { score: 12.3, label: 'bad', limit: 20, fault: 'compression', rule: 'src/**' },
  })
})

test('nothing, and a run that was stopped', () => {
  expect(read([])).toMatchObject({ results: [], invocations: [{ executionSuccessful: true }] })
  expect(read([], { partial: true })).toMatchObject({ invocations: [{ executionSuccessful: false }] })
})

test('an alert stays one alert while its score and the digest in its name change', () => {
  const print = (image: ReportImage) => read([image]).results[0].partialFingerprints.primaryLocationLineHash
  const [bad] = KINDS.slice(1) as [ReportImage]
  const first = print(bad)
  expect(first).toMatch(/^[0-9a-f]{16}:1$/)
  expect(print({ ...bad, score: 11, output: 'assets/b-bad-99ffee00.jpg' })).toBe(first)
  expect(print({ ...bad, path: 'src/other.jpg' })).not.toBe(first)
  expect(print({ ...bad, output: 'assets/b-bad-640w-3f2a91bc.jpg' })).not.toBe(first)
})

test('a name is a URI that leads back to it', () => {
  const uris = read(hostileImages()).results.map(uriOf)
  const names = uris.map((uri: string) => decodeURIComponent(uri))
  expect(names.toSorted()).toEqual(HOSTILE.map((name) => name.replace('\ud800', '\ufffd')).toSorted())
  for (const uri of uris) expect(new URL(uri, 'file:///src/').href).toMatch(/^file:\/\/\/src\//)
})

test("files are named from the repository's top", () => {
  expect(uriOf(read(KINDS, {}, 'packages/site').results[0])).toBe('packages/site/e-cut.jpg')
})

test('GitHub takes 25,000 results: the least bad are left out, and it says so', () => {
  const images = Array.from({ length: 25_003 }, (_, i) => ({ ...KINDS[1]!, path: `${i}.jpg` }))
  const { results, invocations } = JSON.parse(formats.sarif(reportFrom(images))).runs[0]
  expect(results).toHaveLength(25_000)
  expect(invocations[0].toolExecutionNotifications[0].message.text).toBe(
    '3 results were left out, the least bad: GitHub takes 25000 of one run.',
  )
})
