import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Report } from '@diqa/gate'
import { expect, onTestFinished, test } from 'vitest'
import { pathOf } from './support/fixtures.js'

const bin = fileURLToPath(new URL('../packages/cli/bin/diqa.cjs', import.meta.url))

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

function start(args: string[], cwd: string): { child: ChildProcess; ended: Promise<Ended> } {
  const { NODE_OPTIONS: _, GITHUB_ACTIONS: __, ...env } = process.env
  const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => (said[name] += text))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, ...said }))
  })
  return { child, ended }
}

const diqa = (args: string[], cwd: string) => start(args, cwd).ended

/** A package of so many small images, all of different bytes. */
async function site(count: number): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'diqa command line '))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await mkdir(join(root, 'img'))
  await writeFile(join(root, 'package.json'), '{}')
  const image = await readFile(pathOf({ file: 'tiny/64x64.png' }))
  // Decoders stop at the image's end.
  for (let i = 0; i < count; i++)
    await writeFile(join(root, `img/${i}.png`), Buffer.concat([image, Buffer.from(`${i}`)]))
  return root
}

const timeless = (json: string) => json.replace(/"durationMs": \d+/, '"durationMs": 0')

test('on many processors it has more threads to decode on, unless it is told how many', async () => {
  const cwd = await site(0)
  const preload = join(cwd, 'preload.cjs')
  const tell = "process.on('exit', () => console.error(process.env.UV_THREADPOOL_SIZE))"
  await writeFile(preload, `require('node:os').availableParallelism = () => +process.env.PROCESSORS; ${tell}`)
  const threads = async (env: Record<string, string>) => {
    const { UV_THREADPOOL_SIZE: _, ...others } = process.env
    const child = spawn(process.execPath, ['--require', preload, bin, '--version'], { env: { ...others, ...env } })
    let said = ''
    child.stderr.on('data', (text) => (said += text))
    await new Promise((resolve) => child.on('close', resolve))
    return said.trim()
  }
  expect(await threads({ PROCESSORS: '2' })).toBe('4')
  expect(await threads({ PROCESSORS: '25' })).toBe('13')
  expect(await threads({ PROCESSORS: '25', UV_THREADPOOL_SIZE: '5' })).toBe('5')
})

test('three processes see what one sees', async () => {
  const cwd = await site(7)
  await writeFile(join(cwd, 'img/broken.png'), (await readFile(join(cwd, 'img/1.png'))).subarray(0, 200))
  const flags = ['--format', 'json', '--no-cache', '--concurrency', '1']
  const whole = await diqa(['check', ...flags], cwd)
  expect(whole.code).toBe(1)
  const parts = [1, 2, 3].map((i) => diqa(['check', ...flags, '--shard', `${i}/3`, '-o', `part-${i}.json`], cwd))
  const codes = (await Promise.all(parts)).map(({ code }) => code)
  expect(codes.sort()).toEqual([0, 0, 1])
  const merged = await diqa(['merge', 'part-3.json', 'part-1.json', 'part-2.json', '--format', 'json'], cwd)
  expect(timeless(merged.stdout)).toBe(timeless(whole.stdout))
  expect(merged.code).toBe(1)
})

test.skipIf(process.platform === 'win32')(
  'Ctrl-C ends a run cleanly, and the next one goes on from the cache',
  async () => {
    const total = 600
    const cwd = await site(total)
    const args = ['check', '--format', 'json', '--concurrency', '1']
    const { child, ended } = start(args, cwd)
    // The first scores are in the cache.
    while (!existsSync(join(cwd, 'node_modules/.cache/diqa/v1'))) await sleep(5)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect(code).toBe(130)
    const partial: Report = JSON.parse(stdout)
    expect(partial.partial).toBe(true)
    const seen = partial.images.length
    expect(seen).toBeGreaterThan(0)
    expect(seen).toBeLessThan(total)
    expect(stderr).toContain(`diqa: Stopped after ${seen} of ${total} images.\n`)

    const next = await diqa(args, cwd)
    const report: Report = JSON.parse(next.stdout)
    expect(report).not.toHaveProperty('partial')
    expect(report.summary.images).toBe(total)
    expect(report.summary.cached).toBeGreaterThanOrEqual(seen)
    expect(report.summary.cached).toBeLessThan(total)
  },
)
