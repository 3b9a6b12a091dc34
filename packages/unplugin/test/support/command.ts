import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import type { Project } from './project.js'

export interface Ended {
  code: number | null
  /** What it printed, on whichever stream. */
  output: string
}

/** Runs a script of an installed package in a project, as its command does. */
export async function command({ root, at }: Project, script: string, ...args: string[]): Promise<Ended> {
  // The test runner's own settings must not reach the bundler.
  const { NODE_OPTIONS: _, NODE_ENV: __, VITEST: ___, ...env } = process.env
  const child = spawn(process.execPath, [at(`node_modules/${script}`), ...args], { cwd: root, env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject))
  return { code, output: stripVTControlCharacters(output) }
}
