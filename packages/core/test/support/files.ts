import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** The path of one of the fixture images. */
export const fixturePath = (file: string) =>
  fileURLToPath(new URL(`../../../../fixtures/images/${file}`, import.meta.url))

export const fixture = (file: string): Promise<Buffer> => readFile(fixturePath(file))

/** A file of the built package, as worker threads and child processes load it. */
export const built = (file: string) => new URL(`../../dist/${file}`, import.meta.url)

/** A new folder, gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'diqa core '))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
