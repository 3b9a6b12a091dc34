import { isMainThread } from 'node:worker_threads'
import type { Model } from '../model/weights.js'
import { type Candidate, candidates } from './candidates.js'
import type { EngineName } from './engine.js'
import { findingFile, forget, recall, remember } from './findings.js'
import { findPackage } from './packages.js'
import { type Finding, probe } from './probe.js'

/** What all ways to run the network are tried with. */
export interface Setup {
  model: Model
  /** The model's folder. */
  folder: string
  threads: number
}

/** A way to run the network that could be tried. */
export type Way = { name: EngineName; device: string; gpu: boolean; candidate?: Candidate }

/** The way that is always there. */
export const WASM: Way = { name: 'wasm', device: 'cpu', gpu: false }

/** A way that cannot be tried, and why. */
export interface Absent {
  name: EngineName
  device: string
  reason: string
  /** The command that would change it. */
  install?: string
}

/** Sorts candidates by whether what they need is installed. Loads nothing. */
export function lookUp(wanted: (candidate: Candidate) => boolean): { ways: Way[]; absent: Absent[] } {
  const ways: Way[] = []
  const absent: Absent[] = []
  for (const candidate of candidates().filter(wanted)) {
    const { name, device, gpu, packages } = candidate
    const missing = packages.filter((name) => !findPackage(name))
    if (missing.length > 0) {
      const install = `npm install --save-dev ${missing.join(' ')}`
      const [packages, are] = [missing.join(' and '), missing.length === 1 ? 'is' : 'are']
      absent.push({ name, device, reason: `${packages} ${are} not installed (${install}).`, install })
    } else if (!isMainThread) {
      // Their native libraries count on being loaded once, by the main thread.
      absent.push({ name, device, reason: 'It runs in the main thread alone, and this is a worker thread.' })
    } else ways.push({ name, device, gpu, candidate })
  }
  return { ways, absent }
}

/** What is known of a way from an earlier time. */
export function known(way: Way, setup: Setup): Finding | undefined {
  return recall(fileOf(way, setup))
}

/** What is known of a way, from an earlier time or by trying it. */
export async function findOut(way: Way, setup: Setup): Promise<Finding> {
  return known(way, setup) ?? tryOut(way, setup)
}

/** Tries a way, whatever is known of it. */
export async function tryOut(way: Way, setup: Setup): Promise<Finding> {
  const { name, device } = way
  const finding = await probe({ name, device, model: setup.folder, threads: setup.threads })
  remember(fileOf(way, setup), finding)
  return finding
}

/** For what may be otherwise by now. */
export function unlearn(way: Way, setup: Setup): void {
  forget(fileOf(way, setup))
}

function fileOf({ name, device, candidate }: Way, { model, threads }: Setup): string {
  const versions = candidate?.packages.map((name) => findPackage(name)?.version)
  return findingFile({ name, device, threads, versions, weights: model.card.weights.sha256 })
}
