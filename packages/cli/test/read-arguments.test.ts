import { expect, test } from 'vitest'
import { readArguments } from '../src/read-arguments.js'

const flags = {
  format: { type: 'string', value: 'NAME', text: '' },
  output: { type: 'string', short: 'o', value: 'FILE', text: '' },
  'max-pixels': { type: 'string', value: 'N', text: '' },
  quiet: { type: 'boolean', text: '' },
} as const
const read = (...args: string[]) => readArguments(args, flags, 'diqa score')

test('flags and paths may be mixed; what follows -- is a path', () => {
  expect(read('a', '--format=json', '-o', 'x.json', 'b', '--quiet', '--', '--c.png')).toEqual({
    flags: { format: 'json', output: 'x.json', quiet: true },
    given: [
      { name: 'format', value: 'json' },
      { name: 'output', value: 'x.json' },
      { name: 'quiet', value: true },
    ],
    paths: ['a', 'b', '--c.png'],
  })
})

test('the last of the same flags counts', () => {
  expect(read('--format', 'json', '--format', 'stylish').flags.format).toBe('stylish')
})

test('a negative number is a value', () => {
  expect(read('--max-pixels', '-5').flags).toEqual({ 'max-pixels': '-5' })
})

test.each([
  [['--fromat', 'json'], 'Expected a flag of "diqa score" but received "--fromat"; did you mean --format?'],
  [['--frobnicate'], 'Expected a flag of "diqa score" but received "--frobnicate"; "diqa score --help" lists them.'],
  [['-x'], 'Expected a flag of "diqa score" but received "-x"; "diqa score --help" lists them.'],
  [['--constructor'], 'Expected a flag of "diqa score" but received "--constructor"; "diqa score --help" lists them.'],
  [['--format'], 'Expected a value for --format (--format NAME).'],
  [['--format='], 'Expected a value for --format (--format NAME).'],
  [['-o', '--quiet'], 'Expected a value for -o (-o FILE) but received the flag "--quiet".'],
  [['--quiet=yes'], 'Expected no value for --quiet but received "yes".'],
])('%j', (args, message) => {
  expect(() => read(...args)).toThrow(expect.objectContaining({ name: 'CliError', message }))
})
