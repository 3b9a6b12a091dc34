import { randomBytes } from 'node:crypto'
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError } from './cli-error.js'

/** Makes the folder of a file that is to be written, and tries it: what cannot work is known before hours of scoring. */
export async function prepareOutput(file: string, shown: string): Promise<void> {
  const place = await placeOf(file)
  if (place.kind === 'folder') {
    throw new CliError(`Expected a file to write but received "${shown}", which is a folder.`)
  }
  try {
    await mkdir(dirname(file), { recursive: true })
    if (place.kind === 'file') await rm(await writeBeside(place.target, ''))
  } catch (error) {
    throw notWritable(shown, error)
  }
}

/** Writes the file whole or not at all. */
export async function writeOutput(file: string, content: string | Uint8Array, shown: string): Promise<void> {
  try {
    const place = await placeOf(file)
    if (place.kind === 'file') await replaceFile(place.target, content)
    else await writeFile(file, content)
  } catch (error) {
    throw notWritable(shown, error)
  }
}

type Place = { kind: 'folder' } | { kind: 'device' } | { kind: 'file'; target: string }

/** What is to be written: a pipe or a device such as /dev/stdout is never replaced, and a link stays a link. */
async function placeOf(file: string): Promise<Place> {
  const existing = await stat(file).catch(() => undefined)
  if (!existing) return { kind: 'file', target: file }
  if (existing.isDirectory()) return { kind: 'folder' }
  return existing.isFile() ? { kind: 'file', target: await realpath(file) } : { kind: 'device' }
}

async function replaceFile(target: string, content: string | Uint8Array): Promise<void> {
  const temporary = await writeBeside(target, content)
  try {
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** @returns the new file, in the folder of the one that it is to be */
async function writeBeside(target: string, content: string | Uint8Array): Promise<string> {
  const temporary = `${target}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await writeFile(temporary, content, { flag: 'wx' })
    return temporary
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
