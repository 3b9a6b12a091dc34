import { expect, test } from 'vitest'
import { checkOptions, resolveOptions } from '../src/index.js'

const refused = (options: unknown) => {
  try {
    checkOptions(options)
  } catch (error) {
    return error as Error
  }
}

test.each<[options: unknown, message: string]>([
  [null, "Expected an object for diqa's options but received null."],
  [[], "Expected an object for diqa's options but received a value of type Array."],
  [
    { onUndecodeable: 'off' },
    'Expected an option of diqa but received "onUndecodeable"; did you mean "onUndecodable"?',
  ],
  [{ Rules: [] }, 'Expected an option of diqa but received "Rules"; did you mean "rules"?'],
  [
    { zebra: 1 },
    'Expected an option of diqa but received "zebra"; there are enabled, include, exclude, rules, exempt, baseline, reports, onUndecodable, onNoImages, includePublic, inlined, engine, device, maxPixels, concurrency, background, limitInputPixels, cache.',
  ],
  [{ toString: 1 }, expect.stringMatching(/^Expected an option of diqa but received "toString"; there are enabled, /)],
  [{ enabled: 'yes' }, 'Expected true or false for enabled but received "yes".'],
  [{ include: 5 }, 'Expected a glob or a regular expression for include but received 5.'],
  [{ include: [] }, 'Expected at least one glob for include but received a value of type Array.'],
  [{ include: ['a', ''] }, 'Expected a glob or a regular expression for include[1] but received "".'],
  [
    { include: ['**/*.png', '!**/icons/**'] },
    'Expected a glob that does not begin with "!" for include[1] but received "!**/icons/**": leave it out with exclude.',
  ],
  [
    { exclude: '!a' },
    'Expected a glob that does not begin with "!" for exclude but received "!a": say it with a glob for what is meant.',
  ],
  [{ rules: {} }, 'Expected a list for rules but received a value of type Object.'],
  [{ rules: ['src/**'] }, 'Expected an object for rules[0] but received "src/**".'],
  [{ rules: [{ warn: 1 }] }, 'Expected a glob for rules[0].files but received nothing.'],
  [
    { rules: [{ files: [], warn: 1 }] },
    'Expected at least one glob for rules[0].files but received a value of type Array.',
  ],
  [{ rules: [{ files: ['a', 1], warn: 1 }] }, 'Expected a glob for rules[0].files[1] but received 1.'],
  [{ rules: [{ files: 'a' }] }, 'Expected warn, error, level or maxDrop for rules[0] but received nothing but files.'],
  [
    { rules: [{ files: 'a', wran: 1 }] },
    'Expected a key of rules[0] but received "rules[0].wran"; did you mean "warn"?',
  ],
  [{ rules: [{ files: 'a', warn: '60' }] }, 'Expected a number from 0 to 100 for rules[0].warn but received "60".'],
  [{ rules: [{ files: 'a', error: 101 }] }, 'Expected a number from 0 to 100 for rules[0].error but received 101.'],
  [
    { rules: [{ files: 'a', error: Number.NaN }] },
    'Expected a number from 0 to 100 for rules[0].error but received NaN.',
  ],
  [
    { rules: [{ files: 'a', level: 'of' }] },
    'Expected one of off, warn, error for rules[0].level but received "of"; did you mean "off"?',
  ],
  [
    { rules: [{ files: 'a', maxDrop: -1 }] },
    'Expected a number from 0 to 100, or an object of warn and error, for rules[0].maxDrop but received -1.',
  ],
  [
    { rules: [{ files: 'a', maxDrop: { error: '9' } }] },
    'Expected a number from 0 to 100 for rules[0].maxDrop.error but received "9".',
  ],
  [
    { rules: [{ files: 'a', maxDrop: {} }] },
    'Expected warn or error for rules[0].maxDrop but received a value of type Object.',
  ],
  [{ exempt: [{ files: 'a' }] }, 'Expected a sentence that says why for exempt[0].reason but received nothing.'],
  [{ exempt: [{ files: 'a', reason: ' ' }] }, 'Expected text for exempt[0].reason but received " ".'],
  [{ exempt: [{ reason: 'old' }] }, 'Expected a glob for exempt[0].files but received nothing.'],
  [
    { reports: [{ file: 'a' }] },
    'Expected one of stylish, json, junit, sarif, github, markdown, csv, html, a package or a function for reports[0].format but received nothing.',
  ],
  [
    { reports: [{ format: 7, file: 'a' }] },
    'Expected one of stylish, json, junit, sarif, github, markdown, csv, html, a package or a function for reports[0].format but received 7.',
  ],
  [{ reports: [{ format: 'json' }] }, 'Expected a path for reports[0].file but received nothing.'],
  [{ onUndecodable: 'warning' }, 'Expected one of off, warn, error for onUndecodable but received "warning".'],
  [{ onNoImages: true }, 'Expected one of off, warn, error for onNoImages but received true.'],
  [{ includePublic: 1 }, 'Expected true or false for includePublic but received 1.'],
  [{ inlined: 'scored' }, 'Expected one of count, score, off for inlined but received "scored"; did you mean "score"?'],
  [
    { engine: 'wsam' },
    'Expected one of auto, wasm, onnx, tensorflow, webgpu for engine but received "wsam"; did you mean "wasm"?',
  ],
  [{ device: 'npu' }, 'Expected one of auto, cpu, gpu for device but received "npu"; did you mean "cpu"?'],
  [{ maxPixels: 10 }, 'Expected a whole number from 1024 to 1073741824 for maxPixels but received 10.'],
  [{ concurrency: 0 }, 'Expected a whole number from 1 to 256 for concurrency but received 0.'],
  [{ background: '' }, 'Expected text for background but received "".'],
  [{ limitInputPixels: 1.5 }, 'Expected a whole number from 1 to 2147483648 for limitInputPixels but received 1.5.'],
  [{ cache: 'yes' }, 'Expected true, false or an object for cache but received "yes".'],
  [{ cache: { retention: 0 } }, 'Expected a number of days above 0 for cache.retention but received 0.'],
  [{ cache: { dir: 5 } }, 'Expected text for cache.dir but received 5.'],
  [
    { cache: { store: {} } },
    'Expected a storage with getItem and setItem for cache.store but received a value of type Object.',
  ],
])('%j', (options, message) => {
  expect(refused(options)).toMatchObject({ name: 'UsageError', message })
})

test('what engines there are may grow: the message names them all', () => {
  expect(refused({ engine: 'zebra' })?.message).toMatch(
    /^Expected one of auto, .*wasm.* for engine but received "zebra"\.$/,
  )
})

test('the file that options are written in is named', () => {
  expect(() => checkOptions({ enabled: 1 }, 'diqa.config.json')).toThrow(
    'Expected true or false for enabled but received 1 (diqa.config.json).',
  )
  expect(() => checkOptions({ cahce: 1 }, 'diqa.config.json')).toThrow(
    'Expected an option of diqa but received "cahce"; did you mean "cache" (diqa.config.json)?',
  )
})

test('undefined is as good as absent; a glob that only looks negated is fine', () => {
  expect(refused({ rules: undefined, cache: undefined, include: '!(a|b)/*.png' })).toBeUndefined()
})

test('resolveOptions checks', () => {
  expect(() => resolveOptions({ cache: 1 } as never, { root: '/' })).toThrow(
    'Expected true, false or an object for cache but received 1.',
  )
})
