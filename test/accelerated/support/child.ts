import { spawn } from 'node:child_process'

/**
 * Runs the text of a module in a Node of its own, in a project's folder. What it gives to `report` comes back.
 *
 * @param node another Node's binary
 */
export function inProject<T>(
  project: string,
  text: string,
  env: Record<string, string> = {},
  node = process.execPath,
): Promise<{ code: number | null; signal: string | null; reports: T[]; stdout: string; stderr: string }> {
  // What is still on its way when the channel is closed is lost.
  const prelude =
    'const sent = []; const report = (value) => sent.push(new Promise((done) => process.send(value, done)));\n'
  const end = '\nawait Promise.all(sent); process.disconnect()'
  return new Promise((resolve, reject) => {
    const child = spawn(node, ['--input-type=module', '-e', `${prelude}${text}${end}`], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '', NODE_PATH: '', ...env },
    })
    const reports: T[] = []
    const output = { stdout: '', stderr: '' }
    child.stdout!.setEncoding('utf8').on('data', (text) => (output.stdout += text))
    child.stderr!.setEncoding('utf8').on('data', (text) => (output.stderr += text))
    child.on('message', (value) => reports.push(value as T))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, reports, ...output }))
  })
}

/** The import of one of the core's built files. */
export const dist = (file: string) =>
  JSON.stringify(new URL(`../../../packages/core/dist/${file}`, import.meta.url).href)

/** The import of its entry. */
export const core = dist('index.js')
