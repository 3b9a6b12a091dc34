import { expect, test } from 'vitest'
import { diqa } from './support/fake-process.js'
import { tree } from './support/tree.js'

test('diqa --help', async () => {
  const run = await diqa(['--help'])
  expect(run.stdout).toMatchInlineSnapshot(`
    "Scores images from 0 (bad) to 100 (excellent), with no reference image.

    Usage: diqa <command>

    Commands:
      check [PATHS...]          hold images against the rules; without paths, all that the configuration includes
      score PATHS...            score the images of files, folders and globs; gates nothing
      baseline [PATHS...]       accept what is now: from then on only new and worse images count
      explain IMAGE -o MAP.png  write a heat map of the error that the network sees, laid over the image
      merge REPORT.json...      make one report of those that "diqa check --shard" wrote, with the exit code of the whole
      doctor                    try each engine on this machine, and look at versions, cache and configuration

    Flags:
      -h, --help     show this
      -v, --version  show the version

    "diqa <command> --help" tells more of a command.
    "
  `)
  expect(run).toMatchObject({ stderr: '', exitCode: 0 })
  expect(await diqa(['-h'])).toEqual(run)
})

test('diqa score --help', async () => {
  const run = await diqa(['score', '--help'])
  expect(run.stdout).toMatchInlineSnapshot(`
    "Score the images of files, folders and globs; gates nothing.

    Usage: diqa score PATHS... [flags]

    Flags:
          --format NAME            stylish, json, junit, sarif, github, markdown, csv, html or a package
      -o, --output FILE            a file for the report of the --format before it; both can be repeated
          --engine NAME            what runs the network (default: auto)
          --device NAME            what the engine runs on (default: auto)
          --max-pixels N           pixels of an image that the network looks at (default: 131072)
          --background COLOR       what transparent images are laid on (default: #fff)
          --concurrency N          worker threads (default: one a processor)
          --config FILE            the configuration (default: diqa.config.* here or above)
          --no-cache               score everything anew
          --cache-location FOLDER  where scores are kept between runs
          --pass-with-no-images    exit 0 where a folder or a glob has no images
          --quiet                  list only bad, poor and undecodable images
          --silent                 print nothing but errors
      -h, --help                   show this

    Examples:
      diqa score src public                       every image of two folders
      diqa score "src/**/*.avif"                  a glob, quoted so that every shell leaves it alone
      diqa score dist --format json -o diqa.json  a report for other programs
    "
  `)
  expect(run).toMatchObject({ stderr: '', exitCode: 0 })
  expect(run.stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
})

test('diqa explain --help', async () => {
  const run = await diqa(['explain', 'a.png', '-h'])
  expect(run.stdout).toMatchInlineSnapshot(`
    "Write a heat map of the error that the network sees, laid over the image.

    Usage: diqa explain IMAGE -o MAP.png [flags]

    Flags:
      -o, --output FILE       the PNG file to write
          --engine NAME       what runs the network (default: auto)
          --device NAME       what the engine runs on (default: auto)
          --max-pixels N      pixels of an image that the network looks at (default: 131072)
          --background COLOR  what transparent images are laid on (default: #fff)
          --silent            print nothing but errors
      -h, --help              show this

    Examples:
      diqa explain hero.jpg -o hero-map.png  hot where the image looks worst
    "
  `)
  expect(run).toMatchObject({ stderr: '', exitCode: 0 })
})

test('diqa --version', async () => {
  for (const args of [['--version'], ['-v'], ['score', '--version']]) {
    expect(await diqa(args)).toMatchObject({ stdout: '0.1.0\n', stderr: '', exitCode: 0 })
  }
})

test('without a command: the help, on stderr', async () => {
  const { stdout, stderr, exitCode } = await diqa([])
  expect(stdout).toBe('')
  expect(stderr).toContain('Usage: diqa <command>')
  expect(exitCode).toBe(2)
})

test.each([
  [
    ['scroe'],
    'Expected a command (check, score, baseline, explain, merge, doctor) but received "scroe"; did you mean "diqa score"?',
  ],
  [
    ['photo.jpg'],
    'Expected a command (check, score, baseline, explain, merge, doctor) but received "photo.jpg"; to score it, run "diqa score photo.jpg".',
  ],
  [['--verison'], 'Expected a flag of "diqa" but received "--verison"; did you mean --version?'],
  [['score', '--slient'], 'Expected a flag of "diqa score" but received "--slient"; did you mean --silent?'],
])('%j', async (args, sentence) => {
  expect(await diqa(args)).toMatchObject({ stdout: '', stderr: `diqa: ${sentence}\n`, exitCode: 2 })
})

test('misuse that the core finds is told without a stack', async () => {
  const cwd = await tree({ 'a.png': '' })
  const createScorer = async () => {
    throw Object.assign(new Error('Expected one of auto, wasm for engine but received "gpu"'), { name: 'UsageError' })
  }
  expect(await diqa(['score', 'a.png', '--engine', 'gpu'], { cwd, createScorer })).toMatchObject({
    stderr: 'diqa: Expected one of auto, wasm, onnx, tensorflow, webgpu for engine but received "gpu".\n',
    exitCode: 2,
  })
})

test.each([{ DEBUG: 'diqa' }, { DEBUG: 'vite:*,diqa' }, { DEBUG: '*' }, { DIQA_DEBUG: '1' }])(
  '%j shows the stack',
  async (env) => {
    const cwd = await tree({ 'a.png': '' })
    const createScorer = async () => {
      throw new TypeError('boom')
    }
    const setup = (process: { env: object }) => {
      process.env = env
    }
    const { stderr } = await diqa(['score', 'a.png'], { cwd, createScorer, setup })
    expect(stderr).toMatch(/^diqa: Stopped after 0 of 1 image\.\ndiqa: TypeError: boom\n {4}at /)
  },
)

test('a fault is one sentence, and control characters do not reach the terminal', async () => {
  const cwd = await tree({ 'a.png': '' })
  const createScorer = async () => {
    throw new TypeError('boom \u001b[2J\n')
  }
  expect(await diqa(['score', 'a.png'], { cwd, createScorer })).toMatchObject({
    stderr:
      'diqa: Stopped after 0 of 1 image.\ndiqa: boom \\x1b[2J\\x0a (a fault of diqa; set DEBUG=diqa for the stack)\n',
    exitCode: 2,
  })
})
