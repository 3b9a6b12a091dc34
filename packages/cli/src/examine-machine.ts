import { constants, existsSync } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import type { ExaminedEngine } from '@diqa/core'
import { cacheDirectory } from '@diqa/core/light'
import type { FlagValues } from './command.js'
import { loadSettings, type Settings } from './settings.js'
import { sharpOfCore } from './sharp-of-core.js'
import { toolVersion } from './tool-version.js'

/** What `diqa doctor` finds out. */
export interface Examination {
  diqa: string
  node: string
  platform: string
  processors: number
  sharp?: string
  libvips?: string
  config: { file?: string; problem?: string }
  /** Absent where the configuration keeps nothing. */
  cache?: { folder: string; bytes: number; writable: boolean }
  engines: ExaminedEngine[]
  /** What `auto` takes: of those that work the fastest. */
  taken?: { name: string; device: string }
  /** The command that would make scoring faster here. */
  faster?: string
}

/** Tries all that scoring needs on this machine, in this folder. */
export async function examineMachine(flags: FlagValues, cwd: string): Promise<Examination> {
  const { settings, config } = await examineConfig(flags, cwd)
  const cache =
    settings?.options.cache && (await examineCache(settings.options.cache.dir ?? cacheDirectory(settings.options.root)))
  const core = await import('@diqa/core')
  const engines = await core.examineEngines()
  const taken = fastest(engines)
  const faster = fasterBy(engines)
  return {
    diqa: toolVersion(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processors: availableParallelism(),
    ...sharpVersions(),
    config,
    ...(cache ? { cache } : {}),
    engines,
    ...(taken ? { taken: { name: taken.name, device: taken.device } } : {}),
    ...(faster === undefined ? {} : { faster }),
  }
}

async function examineConfig(
  flags: FlagValues,
  cwd: string,
): Promise<{ settings?: Settings; config: Examination['config'] }> {
  try {
    const settings = await loadSettings(flags, cwd)
    return { settings, config: settings.configFile === undefined ? {} : { file: settings.configFile } }
  } catch (error) {
    return { config: { problem: (error as Error).message } }
  }
}

async function examineCache(folder: string): Promise<NonNullable<Examination['cache']>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  const writable = access(existing(folder), constants.W_OK)
  return {
    folder,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    writable: await writable.then(
      () => true,
      () => false,
    ),
  }
}

/** The folder, or the nearest one above that is there. */
function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder))
}

function sharpVersions(): Pick<Examination, 'sharp' | 'libvips'> {
  try {
    const { sharp, vips } = sharpOfCore().versions
    return { sharp, libvips: vips }
  } catch {
    return {}
  }
}

function fastest(engines: readonly ExaminedEngine[]): ExaminedEngine | undefined {
  const working = engines.filter(({ works, software }) => works && software === undefined)
  return working.sort((a, b) => (a.msPerMegapixel ?? 0) - (b.msPerMegapixel ?? 0))[0]
}

/** On a processor alone `wasm` is as fast as anything; where there is a GPU, an engine that can use it is worth a package. */
function fasterBy(engines: readonly ExaminedEngine[]): string | undefined {
  const ofGpu = engines.filter(({ device }) => device !== 'cpu')
  if (!hasGpu() || ofGpu.some(({ works, software }) => works && software === undefined)) return undefined
  return ofGpu.find(({ install }) => install !== undefined)?.install
}

/** Whether there is a GPU, as far as files tell: of Macs and Windows machines hardly one has none. */
function hasGpu(): boolean {
  if (process.platform !== 'linux') return process.platform === 'darwin' || process.platform === 'win32'
  return ['/dev/nvidiactl', '/dev/dri/renderD128', '/dev/dxg'].some((file) => existsSync(file))
}
