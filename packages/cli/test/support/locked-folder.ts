import fs from 'node:fs'
import { onTestFinished, vi } from 'vitest'

/** Until the test ends, folders with "locked" in their paths cannot be looked into: root may read what a mode forbids. */
export function lockFolders(): void {
  const readdir = fs.readdir as (folder: string, ...rest: unknown[]) => void
  const spy = vi.spyOn(fs, 'readdir').mockImplementation(((
    folder: string,
    options: object,
    done: (e: Error) => void,
  ) => {
    if (!folder.includes('locked')) return readdir(folder, options, done)
    done(Object.assign(new Error('EACCES'), { code: 'EACCES' }))
  }) as never)
  onTestFinished(() => spy.mockRestore())
}
