import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { tree } from './support/tree.js'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const page = await readFile(at('../../../docs/sharding.md'), 'utf8')

/** The examples under a heading. */
function examples(heading: string): string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  return [...section.split('\n## ')[0]!.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, text]) => text!)
}

/** A library in which one image is bad, and an `npx` that is ours. */
async function library(): Promise<{ cwd: string; PATH: string }> {
  const image = await readFile(at('../../../fixtures/images/tiny/64x64.png'))
  const bad = await readFile(at('../../../fixtures/images/photo/chelsea-jpeg-q10.jpg'))
  // Decoders stop at the image's end.
  const images = Array.from({ length: 6 }, (_, i) => [`${i}.png`, Buffer.concat([image, Buffer.from(`${i}`)])])
  const cwd = await tree({ ...Object.fromEntries(images), 'bad.jpg': bad })
  const bin = join(cwd, 'bin')
  await mkdir(bin)
  const npx = `#!/bin/sh\nshift\nexec "${process.execPath}" "${at('../bin/diqa.cjs')}" "$@"\n`
  const nothing = '#!/bin/sh\n'
  // What a scheduler is asked to run later, the test runs.
  for (const [name, text] of Object.entries({ npx, npm: nothing, sbatch: nothing })) {
    await writeFile(join(bin, name), text)
    await chmod(join(bin, name), 0o755)
  }
  return { cwd, PATH: `${bin}${delimiter}${process.env.PATH}` }
}

/** As CI runs a step: in a shell that ends at the first error, with no variables but those of its scheduler. */
function shell(command: string, { cwd, ...env }: { cwd: string; [name: string]: string }): Promise<number> {
  return new Promise((resolve) => {
    execFile('sh', ['-e', '-c', command], { cwd, env }, (error) => resolve(error ? Number(error.code) : 0))
  })
}

const indices = (count: number, first: number) => Array.from({ length: count }, (_, i) => String(first + i))

async function inTurn(of: string[], run: (index: string) => Promise<number>): Promise<number[]> {
  const codes: number[] = []
  for (const index of of) codes.push(await run(index))
  return codes
}

const zeros = (count: number) => Array<number>(count).fill(0)

interface Job {
  script: string[]
  strategy: { matrix: { part: number[] } }
  steps: { run?: string }[]
}

test.skipIf(process.platform === 'win32')('the example for GitHub Actions', async () => {
  const { cwd, PATH } = await library()
  const { check, report } = parse(examples('GitHub Actions')[0]!).jobs as Record<string, Job>
  const commands = (job: Job) => job.steps.flatMap(({ run }) => run ?? []).join('\n')
  const parts = check!.strategy.matrix.part.map(String)
  const codes = await inTurn(parts, (part) =>
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's, not ours
    shell(commands(check!).replaceAll('${{ matrix.part }}', part), { cwd, PATH }),
  )
  expect(codes).toEqual(zeros(4))
  expect(await shell(commands(report!), { cwd, PATH })).toBe(1)
})

test.skipIf(process.platform === 'win32')('the example for GitLab', async () => {
  const { cwd, PATH } = await library()
  const { check, report } = parse(examples('GitLab CI')[0]!) as Record<string, Job & { parallel: number }>
  const total = check!.parallel
  const codes = await inTurn(indices(total, 1), (CI_NODE_INDEX) =>
    shell(check!.script.join('\n'), { cwd, PATH, CI_NODE_INDEX, CI_NODE_TOTAL: String(total) }),
  )
  expect(codes).toEqual(zeros(total))
  expect(await shell(report!.script.join('\n'), { cwd, PATH })).toBe(1)
  expect(await readFile(join(cwd, 'diqa.xml'), 'utf8')).toContain('failures="1"')
})

test.skipIf(process.platform === 'win32')('the example for Kubernetes', async () => {
  const { cwd, PATH } = await library()
  const { completions, template } = parse(examples('Kubernetes')[0]!).spec
  const [{ command, args, env }] = template.spec.containers
  expect(command).toEqual(['sh', '-c'])
  const given = Object.fromEntries(env.map(({ name, value }: Record<string, string>) => [name, value]))
  expect(given).toEqual({ DIQA_SHARDS: String(completions) })
  const run = (index: string) => shell(args[0], { cwd, PATH, ...given, JOB_COMPLETION_INDEX: index })
  expect(await inTurn(indices(completions, 0), run)).toEqual(zeros(completions))
  const [, merge = ''] = /When the job is complete: `(.+)`/.exec(page)!
  expect(await shell(merge, { cwd, PATH })).toBe(1)
  await rm(join(cwd, 'reports/part-3.json'))
  expect(await shell(merge, { cwd, PATH })).toBe(2)
})

test.skipIf(process.platform === 'win32')('the example for Slurm', async () => {
  const { cwd, PATH } = await library()
  const [job = '', submit = ''] = examples('Slurm')
  const [, first, last] = /--array=(\d+)-(\d+)/.exec(job)!
  const array = { SLURM_ARRAY_TASK_COUNT: last!, SLURM_ARRAY_TASK_MIN: first!, SLURM_ARRAY_TASK_STEP: '1' }
  const run = (SLURM_ARRAY_TASK_ID: string) =>
    shell(job, { cwd: '/', PATH, SLURM_SUBMIT_DIR: cwd, SLURM_CPUS_PER_TASK: '2', ...array, SLURM_ARRAY_TASK_ID })
  expect(await inTurn(indices(Number(last), Number(first)), run)).toEqual(zeros(Number(last)))
  expect(await shell(submit, { cwd, PATH })).toBe(0)
  const [, merge = ''] = /--wrap '(.+)'/.exec(submit)!
  expect(await shell(merge, { cwd, PATH })).toBe(1)
  expect(await readFile(join(cwd, 'diqa.html'), 'utf8')).toContain('1 of 7 images look')
})
