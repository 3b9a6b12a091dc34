import { readFileSync } from 'node:fs'
import { parse } from 'junit2json'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { expect, test } from 'vitest'
import { formats } from '../src/index.js'
import { reportFrom } from './sample-report.js'
import { KINDS } from './support/findings.js'
import { HOSTILE, hostileImages } from './support/hostile.js'

/**
 * What Jenkins' xunit plugin holds reports against: https://github.com/jenkinsci/xunit-plugin, MIT licence, Gregory
 * Boissinot, as the source archive of pytest 9.2.0 has it in testing/example_scripts.
 */
const schema = XsdValidator.fromDoc(
  XmlDocument.fromBuffer(readFileSync(new URL('support/junit-10.xsd', import.meta.url))),
)

/** @throws for what the schema forbids */
const valid = (text: string) => {
  const document = XmlDocument.fromString(text)
  schema.validate(document)
  document.dispose()
  return text
}

const read = async (text: string) =>
  (await parse(valid(text))) as NonNullable<Extract<Awaited<ReturnType<typeof parse>>, { testsuite?: unknown }>>

test('a suite for each folder, a case for each image', () => {
  expect(valid(formats.junit(reportFrom(KINDS)))).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="diqa" tests="7" failures="2" errors="1" time="3.210">
      <testsuite name="." tests="2" failures="0" errors="1" skipped="1">
        <testcase name="e-cut.jpg" classname=".">
          <error type="truncated" message="Expected a whole JPEG but it ends early.">Expected a whole JPEG but it ends early.</error>
        </testcase>
        <testcase name="f-icon.png" classname=".">
          <skipped message="Expected at least 64 pixels a side."/>
        </testcase>
      </testsuite>
      <testsuite name="legacy" tests="1" failures="0" errors="0" skipped="1">
        <testcase name="legacy/1998.gif" classname="legacy">
          <skipped message="archive scans"/>
        </testcase>
      </testsuite>
      <testsuite name="src" tests="4" failures="2" errors="0" skipped="0">
        <testcase name="src/a-good.jpg" classname="src">
          <system-out>Score 81.5 (excellent).</system-out>
        </testcase>
        <testcase name="src/b-bad.jpg → assets/b-bad-3f2a91bc.jpg" classname="src">
          <failure type="low-score" message="Score 12.3 (bad), below the limit of 20.">Score 12.3 (bad), below the limit of 20.
    Rule: src/**
    Most wrong: compression
    Export it again from the original at a higher quality.</failure>
          <system-out>Score 12.3 (bad).</system-out>
        </testcase>
        <testcase name="src/c-poor.jpg" classname="src">
          <system-out>Warning:
    Score 31 (poor), below the limit of 40.
    Rule: **/*
    Export it again from the original at a higher quality.</system-out>
        </testcase>
        <testcase name="src/d-dropped.jpg" classname="src">
          <failure type="quality-drop" message="Score 55.5 (fair), 24.6 less than its source, more than the maxDrop of 10.">Score 55.5 (fair), 24.6 less than its source, more than the maxDrop of 10.
    Rule: src/**
    Your optimiser took this image from 80.1 (excellent) to 55.5 (fair): raise its quality setting.</failure>
          <system-out>Score 55.5 (fair).</system-out>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `)
})

test('a reader of JUnit finds the counts and the cases', async () => {
  const { testsuite = [], ...all } = await read(formats.junit(reportFrom(KINDS)))
  expect(all).toMatchObject({ name: 'diqa', tests: 7, failures: 2, errors: 1, time: 3.21 })
  expect(
    testsuite.map(({ name, tests, failures, errors, skipped }) => [name, tests, failures, errors, skipped]),
  ).toEqual([
    ['.', 2, 0, 1, 1],
    ['legacy', 1, 0, 0, 1],
    ['src', 4, 2, 0, 0],
  ])
  const [bad] = testsuite[2]!.testcase!.slice(1)
  expect(bad!.failure![0]).toMatchObject({ type: 'low-score', message: 'Score 12.3 (bad), below the limit of 20.' })
})

test('whatever a name holds, it is one attribute of XML 1.0', async () => {
  const text = formats.junit(reportFrom(hostileImages()))
  // https://www.w3.org/TR/xml/#charsets, as no entity either
  expect(text).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|&#/u)
  const { testsuite = [] } = await read(text)
  const names = testsuite.flatMap(({ testcase = [] }) => testcase.map(({ name }) => name))
  expect(names).toHaveLength(HOSTILE.length)
  expect(names).toContain('</script><script>alert(1)</script>.jpg → out/</script><script>alert(1)</script>.jpg')
  expect(names).toContain('line\\x0abreak\\x0d.jpg → out/line\\x0abreak\\x0d.jpg')
})

test('the schema is one that can refuse', () => {
  const text = formats.junit(reportFrom(KINDS))
  expect(() => valid(text.replace('testcase name=', 'testcase title='))).toThrow(
    "The attribute 'title' is not allowed.",
  )
})

test('without images there is an empty list', async () => {
  expect(await read(formats.junit(reportFrom([])))).toMatchObject({ name: 'diqa', tests: 0 })
})
