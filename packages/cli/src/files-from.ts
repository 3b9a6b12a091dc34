import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from './cli-error.js'
import type { CliProcess } from './cli-process.js'

/** Reads a list of paths, each ended by a line break, or by NUL where there is one. `-` is stdin. */
export async function readFileList(list: string, process: Pick<CliProcess, 'stdin' | 'cwd'>): Promise<string[]> {
  const text = decoded(list === '-' ? await readAll(process.stdin) : await readList(list, process.cwd()))
  const paths = text.includes('\0') ? text.split('\0') : text.split(/\r?\n/)
  return paths.filter((path) => path !== '')
}

/** PowerShell begins what it writes to files with a byte order mark; older ones write UTF-16. */
function decoded(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8'
  return bytes.toString(encoding).replace(/^\ufeff/, '')
}

async function readList(list: string, cwd: string): Promise<Buffer> {
  try {
    return await readFile(resolve(cwd, list))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new CliError(
      `Expected a list of files at "${list}" for --files-from but it cannot be read (${code ?? message}).`,
    )
  }
}

async function readAll(stream: CliProcess['stdin']): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}
