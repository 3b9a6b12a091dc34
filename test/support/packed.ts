import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readJson } from './fixtures.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { packageManager } = readJson<{ packageManager: string }>('package.json')

// What the test runner sets for itself must not help the user's project.
const { NODE_OPTIONS: _, NODE_PATH: __, NODE_ENV: ___, VITEST: ____, TEST: _____, ...env } = process.env
env.PATH = `${dirname(process.execPath)}${delimiter}${env.PATH}`

const execute = promisify(execFile)

/** How a command ended, and what it wrote. */
export interface Ended {
  code: number
  output: string
}

/** Examples in a folder outside the repository, where our packages are installed from their tarballs. */
export interface Examples {
  /** Has a folder for each of them. */
  folder: string
  /** Runs an example's own `build` script. */
  build(name: string): Promise<Ended>
  remove(): Promise<void>
}

/** How examples are installed. */
export interface ExamplesOptions {
  /** Folders in `packages`, with those that they depend on. */
  packages: readonly string[]
  /** Folders in `examples`. */
  names: readonly string[]
  /** What runs their builds. @default what runs the tests */
  node?: string | undefined
  /** Changes an example before it is installed. */
  edit?: ((folder: string) => Promise<void>) | undefined
}

interface Manifest {
  devDependencies: Record<string, string>
  overrides?: Record<string, string>
}

/**
 * Packs packages and installs them as a user does. What else the examples name is taken from the workspace, as it is tested
 * there, or installed too where the workspace does not have it.
 */
export async function installExamples({ packages, names, node, edit }: ExamplesOptions): Promise<Examples> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'diqa examples ')))
  const tarballs = await Promise.all(packages.map((name) => pack(name, folder)))
  const wanted: Manifest = { devDependencies: {}, overrides: {} }
  for (const name of names) {
    await cp(join(root, 'examples', name), join(folder, name), { recursive: true, filter: isSource })
    await edit?.(join(folder, name))
    const manifest: Manifest = JSON.parse(await readFile(join(folder, name, 'package.json'), 'utf8'))
    Object.assign(wanted.devDependencies, manifest.devDependencies)
    Object.assign(wanted.overrides!, manifest.overrides)
  }
  const ours = packages.map((name) => readJson<{ name: string }>(`packages/${name}/package.json`).name)
  const others = Object.entries(wanted.devDependencies).filter(([name]) => !ours.includes(name))
  const linked = others.filter(([name]) => inWorkspace(name))
  const missing = others.filter((one) => !linked.includes(one)).map(([name, range]) => `${name}@${range}`)

  await mkdir(join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, overrides: wanted.overrides }))
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs, ...missing]
  await execute('npm', install, { cwd: folder, env })
  for (const [name] of linked) await link(name, join(folder, 'node_modules'))
  const path = `${dirname(node ?? process.execPath)}${delimiter}${env.PATH}`
  return {
    folder,
    build: (name) => run('npm', ['run', 'build', '--silent'], join(folder, name), path),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function pack(name: string, folder: string): Promise<string> {
  const args = ['-y', packageManager, 'pack', '--json', '--pack-destination', folder]
  const { stdout } = await execute('npx', args, { cwd: join(root, 'packages', name), env })
  return JSON.parse(stdout.slice(stdout.indexOf('{'))).filename
}

/** Where the workspace has a package; Gulp by the name of its latest version there. */
function inWorkspace(name: string): string | undefined {
  const places = [`unplugin/node_modules/${name}`, `gulp/node_modules/${name === 'gulp' ? 'gulp5' : name}`]
  return places.map((place) => join(root, 'packages', place)).find((place) => existsSync(place))
}

/** As npm does it: the package, and its commands. */
async function link(name: string, modules: string): Promise<void> {
  const target = join(modules, name)
  await mkdir(dirname(target), { recursive: true })
  await symlink(await realpath(inWorkspace(name)!), target, 'junction')
  const { bin = {} } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'))
  const commands = typeof bin === 'string' ? { [basename(name)]: bin } : (bin as Record<string, string>)
  await mkdir(join(modules, '.bin'), { recursive: true })
  for (const [command, file] of Object.entries(commands)) {
    await symlink(join(target, file), join(modules, '.bin', command)).catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function run(command: string, args: string[], cwd: string, path: string): Promise<Ended> {
  const options = {
    cwd,
    env: { ...env, PATH: path, NO_COLOR: '1', ASTRO_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1' },
  }
  try {
    const { stdout, stderr } = await execute(command, args, options)
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}

function isSource(path: string): boolean {
  return !['node_modules', 'dist'].includes(basename(path))
}
