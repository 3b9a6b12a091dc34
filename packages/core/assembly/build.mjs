// Compiles the kernels into dist/engine, unless what is there is newer than every source.
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const here = fileURLToPath(new URL('.', import.meta.url))
const sources = readdirSync(here).map((name) => statSync(here + name).mtimeMs)
const out = '../dist/engine/kernels.wasm'
const built = statSync(here + out, { throwIfNoEntry: false })?.mtimeMs ?? 0

if (built < Math.max(...sources)) {
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--disableWarning', '112']
  const { error, stderr } = await asc.main(['index.ts', ...options, '--baseDir', here, '--outFile', out])
  if (error) {
    process.stderr.write(`${stderr}\n`)
    process.exitCode = 1
  }
}
