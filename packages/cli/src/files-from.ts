import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from './cli-error.js'
import type { CliProcess } from './cli-process.js'

/** Reads a list of paths, each ended by a line break, or by NUL where there is one. `-` is stdin. */
export async function readFileList(list: string, process: Pick<CliProcess, 'stdin' | 'cwd'>): Promise<string[]> {
  const text = list === '-' ? await readAll(process.stdin) : await readList(list, process.cwd())
  const paths = text.includes('\0') ? text.split('\0') : text.split(/\r?\n/)
  return paths.filter((path) => path !== '')
}

async function readList(list: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, list), 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new CliError(
      `Expected a list of files at "${list}" for --files-from but it cannot be read (${code ?? message}).`,
    )
  }
}

async function readAll(stream: CliProcess['stdin']): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(Buffer.from(part))
  return Buffer.concat(parts).toString('utf8')
}
