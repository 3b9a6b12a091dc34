import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporary } from '../tiny.js'

/** Files as the judge: a smaller PNG of the distorted picture than of the reference means that detail was lost. */
export const BY_SIZE = `
const { statSync } = require('node:fs')
const [, reference, distorted] = process.argv.slice(2)
console.log('Score: ' + (110 * statSync(distorted).size / statSync(reference).size - 20))`

/** A command in the place of SSIMULACRA2. */
export async function fakeJudge(code: string): Promise<string> {
  const file = join(await temporary(), 'judge.cjs')
  await writeFile(file, `#!${process.execPath}\nif (process.argv[2] === '--version') process.exit(0)\n${code}\n`)
  await chmod(file, 0o755)
  return file
}
