import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { cacheDirectory } from '../cache-directory.js'
import type { Finding } from './probe.js'

/** Raised when the files or the probes change. */
const VERSION = 1

/** Drivers come and go without a version that we could see: what failed is tried again the day after. */
const FAILURES_LAST_MS = 86_400_000

/** What tells drivers which device to use. */
const DRIVER_VARIABLES = ['CUDA_VISIBLE_DEVICES', 'VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'LD_LIBRARY_PATH']

/** The file that keeps what was found out about something, on this machine alone: caches travel between machines. */
export function findingFile(facts: Record<string, unknown>, root = process.cwd()): string {
  const machine = {
    version: VERSION,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processors: `${availableParallelism()} x ${cpus()[0]?.model}`,
    drivers: DRIVER_VARIABLES.map((name) => process.env[name]),
  }
  const key = createHash('sha256')
    .update(JSON.stringify({ ...facts, machine }))
    .digest('hex')
  return join(cacheDirectory(root), 'engines', `${key.slice(0, 32)}.json`)
}

/** What the file says, where it is there, whole and not too old. */
export function recall(file: string, now = Date.now()): Finding | undefined {
  try {
    const { finding, time } = JSON.parse(readFileSync(file, 'utf8'))
    if (!isFinding(finding)) return undefined
    return finding.works || (time <= now && now - time < FAILURES_LAST_MS) ? finding : undefined
  } catch {
    return undefined
  }
}

/** Writes the file, in one go, so that no other process sees half of it. Where it cannot, all is found out again. */
export function remember(file: string, finding: Finding, now = Date.now()): void {
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, JSON.stringify({ finding, time: now }))
    renameSync(temporary, file)
  } catch {
    forget(temporary)
  }
}

/** Forgets what turned out to be no longer so. */
export function forget(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // In a folder that cannot be written to, nothing was.
  }
}

function isFinding(value: Finding | undefined): value is Finding {
  if (value?.works === true) return Number.isFinite(value.msPerMegapixel)
  return value?.works === false && typeof value.reason === 'string'
}
