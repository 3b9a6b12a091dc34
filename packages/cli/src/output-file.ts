import { randomBytes } from 'node:crypto'
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError } from './cli-error.js'

/** Makes the folder of a file that is to be written: what cannot work is known before hours of scoring. */
export async function prepareOutput(file: string, shown: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
  } catch (error) {
    throw notWritable(shown, error)
  }
  if (
    await stat(file).then(
      (found) => found.isDirectory(),
      () => false,
    )
  ) {
    throw new CliError(`Expected a file to write but received "${shown}", which is a folder.`)
  }
}

/** Writes the file whole or not at all. */
export async function writeOutput(file: string, content: string | Uint8Array, shown: string): Promise<void> {
  try {
    await replaceFile(file, content)
  } catch (error) {
    throw notWritable(shown, error)
  }
}

async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const existing = await stat(file).catch(() => undefined)
  // A pipe or a device such as /dev/stdout is written to, never replaced.
  if (existing && !existing.isFile()) return writeFile(file, content)
  const target = existing ? await realpath(file) : file
  const temporary = `${target}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await writeFile(temporary, content, { flag: 'wx' })
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function notWritable(shown: string, error: unknown): CliError {
  const { code, message } = error as NodeJS.ErrnoException
  return new CliError(`Expected to write "${shown}" but that failed (${code ?? message}).`, {
    cause: error,
  })
}
