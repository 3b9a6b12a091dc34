import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readJson } from './fixtures.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { packageManager } = readJson<{ packageManager: string }>('package.json')

// What the test runner sets for itself must not help the user's project.
const { NODE_OPTIONS: _, NODE_PATH: __, NODE_ENV: ___, VITEST: ____, ...env } = process.env
env.PATH = `${dirname(process.execPath)}${delimiter}${env.PATH}`

const execute = promisify(execFile)

/** How a command ended, and what it wrote. */
export interface Ended {
  code: number
  output: string
}

/** Examples in a folder outside the repository, where our packages are installed from their tarballs. */
export interface Examples {
  /** Runs an example's own `build` script. */
  build(name: string): Promise<Ended>
  remove(): Promise<void>
}

/**
 * Packs packages and installs them, and whatever else the examples name, as a user does.
 *
 * @param packages folders in `packages`, with those that they depend on
 * @param names folders in `examples`
 */
export async function installExamples(packages: string[], names: string[]): Promise<Examples> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'diqa examples ')))
  const tarballs: string[] = []
  for (const name of packages) {
    const args = ['-y', packageManager, 'pack', '--json', '--pack-destination', folder]
    const { stdout } = await execute('npx', args, { cwd: join(root, 'packages', name), env })
    tarballs.push(JSON.parse(stdout.slice(stdout.indexOf('{'))).filename)
  }
  const bundlers = new Set<string>()
  for (const name of names) {
    await cp(join(root, 'examples', name), join(folder, name), { recursive: true, filter: isSource })
    const { devDependencies } = readJson<{ devDependencies: Record<string, string> }>(`examples/${name}/package.json`)
    for (const [dependency, range] of Object.entries(devDependencies)) {
      if (!tarballs.some((file) => basename(file).startsWith(`${dependency}-`))) bundlers.add(`${dependency}@${range}`)
    }
  }
  await mkdir(join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs, ...bundlers]
  await execute('npm', install, { cwd: folder, env })
  return {
    build: (name) => run('npm', ['run', 'build', '--silent'], join(folder, name)),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function run(command: string, args: string[], cwd: string): Promise<Ended> {
  try {
    const { stdout, stderr } = await execute(command, args, { cwd, env: { ...env, NO_COLOR: '1' } })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}

function isSource(path: string): boolean {
  return !['node_modules', 'dist'].includes(basename(path))
}
