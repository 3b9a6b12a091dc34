import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '@diqa/gate'
import { expect, test } from 'vitest'
import { readShard } from '../src/shard-choice.js'
import { diqa } from './support/fake-process.js'
import { fakeScorers } from './support/fake-scorer.js'
import { tree } from './support/tree.js'

const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i % 3}/${i}.png`, `${25 + i} ${i}`]))

const run = (cwd: string, ...args: string[]) => diqa(args, { cwd, ...fakeScorers() })

async function shards(cwd: string, count: number, ...flags: string[]): Promise<Report[]> {
  const reports: Report[] = []
  await mkdir(join(cwd, 'out'), { recursive: true })
  for (let i = 1; i <= count; i++) {
    const { stdout } = await run(cwd, 'check', '--shard', `${i}/${count}`, '--format', 'json', '--no-cache', ...flags)
    await writeFile(join(cwd, `out/${i}.json`), stdout)
    reports.push(JSON.parse(stdout))
  }
  return reports
}

const timeless = (json: string) => json.replace(/"durationMs": \d+/, '"durationMs": 0')

test('each image is in one part, parts are even, copies go together', async () => {
  const cwd = await tree({ ...many, 'copy.png': '25 0' })
  const reports = await shards(cwd, 4)
  const paths = reports.map(({ images }) => images.map(({ path }) => path))
  expect(paths.flat().sort()).toEqual([...Object.keys(many), 'copy.png'].sort())
  const contents = reports.map(({ images }) => new Set(images.map(({ sha256 }) => sha256)).size)
  expect(contents.sort()).toEqual([7, 7, 8, 8])
  expect(paths.find((part) => part.includes('copy.png'))).toContain('0/0.png')
  expect(reports[1]!.shard).toMatchObject({ index: 2, count: 4, library: reports[0]!.shard!.library })
})

test('merged, they are the report of a whole run, with baseline, exemptions, rules and undecodable images', async () => {
  const config = {
    baseline: 'diqa-baseline.json',
    rules: [{ files: '0/**', error: 45 }],
    exempt: [{ files: '1/1.png', reason: 'old' }],
    reports: [{ format: 'json', file: 'out/whole.json' }],
  }
  const cwd = await tree({ ...many, '2/bad.png': '10', 'diqa.config.json': JSON.stringify(config) })
  await run(cwd, 'baseline', '2')
  await writeFile(join(cwd, '2/broken.png'), 'broken')
  await writeFile(join(cwd, '2/icon.png'), 'skip')
  const whole = await run(cwd, 'check', '--format', 'json', '--no-cache')
  expect(whole.exitCode).toBe(1)
  await shards(cwd, 3)
  const merged = await run(cwd, 'merge', 'out/3.json', 'out/1.json', 'out/2.json', '--format', 'json')
  expect(timeless(merged.stdout)).toBe(timeless(whole.stdout))
  expect(merged.exitCode).toBe(1)
  expect(merged.stderr).toMatch(/^diqa: The gate failed for part [123, ]+ of 3\.\n$/)
  expect((await run(cwd, 'merge', 'out/[1-3].json', '--format', 'json')).stdout).toBe(merged.stdout)
})

test('an empty part is not "no images"; no image at all still is', async () => {
  const cwd = await tree({ 'a.png': '60' })
  const reports = await shards(cwd, 3)
  expect(reports.map(({ images }) => images.length).sort()).toEqual([0, 0, 1])
  expect(await run(cwd, 'merge', 'out/1.json', 'out/2.json', 'out/3.json')).toMatchObject({ exitCode: 0, stderr: '' })
  const none = await tree({ out: '' }).catch(() => '')
  expect((await run(none, 'check', '--shard', '1/2')).exitCode).toBe(2)
})

test('a shard that fails for its images is exit 1', async () => {
  const cwd = await tree({ 'a.png': '10' })
  expect(await run(cwd, 'check', '--shard', '1/1', '--silent')).toMatchObject({ exitCode: 1, stderr: '' })
})

test.each<[string, (reports: Report[]) => unknown[], string]>([
  ['a part is missing', ([a]) => [a], 'Expected 3 parts but received none for 2, 3.'],
  [
    'a part comes twice',
    ([a, b, c]) => [a, b, c, b],
    'Expected each part once but "1.json" and "3.json" are both part 2.',
  ],
  [
    'the number of parts differs',
    ([a, b]) => [a, { ...b, shard: { ...b!.shard, count: 4 } }],
    'Expected parts of one run but "0.json" and "1.json" are of 3 and of 4 parts.',
  ],
  [
    'the images differ',
    ([a, b]) => [a, { ...b, shard: { ...b!.shard, library: 'sha256:0' } }],
    'Expected parts of one run but "0.json" and "1.json" saw different images.',
  ],
  [
    'the settings differ',
    ([a, b]) => [a, { ...b, shard: { ...b!.shard, settings: 'sha256:0' } }],
    'Expected parts of one run but "0.json" and "1.json" were made with different rules, baselines or settings.',
  ],
  [
    'the models differ',
    ([a, b]) => [a, { ...b, model: { id: 'diqa-2', weights: '' } }],
    'Expected parts of one run but "0.json" and "1.json" have scores of different models.',
  ],
  [
    'the versions differ',
    ([a, b]) => [a, { ...b, tool: { name: 'diqa', version: '99.0.0' } }],
    expect.stringMatching(
      /^diqa: Expected parts of one run but "0.json" and "1.json" are of diqa .* and of diqa 99.0.0\.\n$/,
    ),
  ],
  [
    'the engines differ',
    ([a, b, c]) => [a, { ...b, engine: { name: 'onnx', device: 'cpu', refused: [] } }, c],
    'Expected parts of one run but "0.json" was scored by wasm and "1.json" by onnx: say --engine for all.',
  ],
  [
    'a part was stopped',
    ([a, b]) => [a, { ...b, partial: true }],
    'Expected a report of all its images but "1.json" is of a run that was stopped: run part 2 again.',
  ],
  [
    'a report is of a whole run',
    ([a]) => [{ ...a, shard: undefined }],
    'Expected a report of "diqa check --shard" but "0.json" is of a whole run.',
  ],
  [
    'it is something else',
    () => [{}],
    'Expected a report of diqa, version 1 JSON, in "0.json" but found something else.',
  ],
])('%s', async (_name, change, sentence) => {
  const cwd = await tree({ 'a.png': '60', 'b.png': '61', 'c.png': '62' })
  const names = []
  for (const [i, report] of change(await shards(cwd, 3)).entries()) {
    names.push(`${i}.json`)
    await writeFile(join(cwd, `${i}.json`), JSON.stringify(report))
  }
  const run = await diqa(['merge', ...names], { cwd })
  expect(run).toMatchObject({ exitCode: 2, stdout: '' })
  expect(run.stderr).toEqual(typeof sentence === 'string' ? `diqa: ${sentence}\n` : sentence)
})

test('nothing to merge, or nothing there', async () => {
  const cwd = await tree({ 'bad.json': '{' })
  const stderrOf = async (...args: string[]) => (await run(cwd, 'merge', ...args)).stderr
  expect(await stderrOf()).toBe('diqa: Expected reports of "diqa check --shard" to merge but received none.\n')
  expect(await stderrOf('none.json')).toBe('diqa: Expected a report at "none.json" but it cannot be read (ENOENT).\n')
  expect(await stderrOf('bad.json')).toContain('Expected a report of diqa, version 1 JSON, in "bad.json"')
})

test('the reports of a glob are found in folders whatever their names', async () => {
  const cwd = await tree({ 'a.png': '60', 'b.png': '61' })
  const folder = 'parts [x] (copy)'
  for (const [i, report] of (await shards(cwd, 2)).entries()) {
    await mkdir(join(cwd, folder), { recursive: true })
    await writeFile(join(cwd, folder, `${i}.json`), JSON.stringify(report))
  }
  for (const glob of [`${folder}/*.json`, join(cwd, folder, '?.json')]) {
    expect(await run(cwd, 'merge', glob)).toMatchObject({ exitCode: 0, stderr: '' })
  }
})

test.each([
  ['2/8', {}, { index: 2, count: 8 }],
  ['auto', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '5' }, { index: 2, count: 5 }],
  ['auto', { CI_NODE_TOTAL: '1' }, { index: 1, count: 1 }],
  ['auto', { CIRCLE_NODE_INDEX: '0', CIRCLE_NODE_TOTAL: '4' }, { index: 1, count: 4 }],
  ['auto', { JOB_COMPLETION_INDEX: '3', DIQA_SHARDS: '4' }, { index: 4, count: 4 }],
  ['auto', { SLURM_ARRAY_TASK_ID: '0', SLURM_ARRAY_TASK_COUNT: '4' }, { index: 1, count: 4 }],
  [
    'auto',
    { SLURM_ARRAY_TASK_ID: '14', SLURM_ARRAY_TASK_MIN: '10', SLURM_ARRAY_TASK_STEP: '2', SLURM_ARRAY_TASK_COUNT: '4' },
    { index: 3, count: 4 },
  ],
])('--shard %s of %j', (text, env, shard) => {
  expect(readShard(text, env)).toEqual(shard)
})

test.each([
  ['1', {}, 'Expected i/n with 1 <= i <= n, or auto, for --shard but received "1".'],
  ['1/x', {}, 'Expected i/n with 1 <= i <= n, or auto, for --shard but received "1/x".'],
  [
    'auto',
    {},
    'Expected the variables of GitLab parallel, CircleCI, a Slurm array or a Kubernetes Indexed Job for --shard auto but found none; say --shard i/n.',
  ],
  [
    'auto',
    { JOB_COMPLETION_INDEX: '0' },
    'Expected the number of completions in DIQA_SHARDS for --shard auto in a Kubernetes Indexed Job but it is not set.',
  ],
  [
    'auto',
    { JOB_COMPLETION_INDEX: '4', DIQA_SHARDS: '4' },
    'Expected a part of a run from the scheduler for --shard auto but received 5 of 4.',
  ],
  [
    'auto',
    { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '3' },
    'Expected a part of a run from the scheduler for --shard auto but received 7 of 3.',
  ],
])('--shard %s of %j is refused', (text, env, message) => {
  expect(() => readShard(text, env)).toThrow(expect.objectContaining({ name: 'CliError', message }))
})
