import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadTensorFlow } from '../src/tensorflow.js'

const script = fileURLToPath(new URL('../setup/tfjs-node.mjs', import.meta.url))

// Stand-ins for tfjs-node: they answer the probes (with 100, 9, 16 and 3) without computing anything.
const WORKING = `
const tensor = (values) => ({ dataSync: () => values })
const probe = { value: tensor([100]), grad: tensor([9, 12, 9, 12, 16, 12, 9, 12, 9]) }
module.exports = {
  ones: () => tensor([1]), tidy: (run) => run(), matMul: () => tensor([3]), valueAndGrad: () => () => probe,
  getBackend: () => 'tensorflow', backend: () => ({ isUsingGpuDevice: __dirname.endsWith('-gpu') }),
}`
const WRONG = WORKING.replace('[100]', '[99]').replace('[3]', '[4]')
const BROKEN = `throw new Error('tfjs_binding.node is missing')`

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diqa-setup-'))
  mkdirSync(join(folder, 'setup'))
  copyFileSync(script, join(folder, 'setup/tfjs-node.mjs'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function install(root: string, name: string, code: string): void {
  const at = join(root, 'node_modules/@tensorflow', name)
  mkdirSync(at, { recursive: true })
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name: `@tensorflow/${name}`, main: 'index.js' }))
  writeFileSync(join(at, 'index.js'), code)
}

/** Runs the script where no tool can be found, so that it never gets as far as downloading. */
function setup(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'setup/tfjs-node.mjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: dirname(folder) },
  })
  return { status, stdout, lines: stderr.trim().split('\n') }
}

describe('the setup script', () => {
  test('does nothing where tfjs-node works', () => {
    install(folder, 'tfjs-node', WORKING)
    expect(setup()).toMatchObject({ status: 0, lines: ['@tensorflow/tfjs-node works already (CPU): nothing to do.'] })
  })

  test('prefers the GPU package', () => {
    install(folder, 'tfjs-node', WORKING)
    install(folder, 'tfjs-node-gpu', WORKING)
    const line = '@tensorflow/tfjs-node-gpu works already (GPU): nothing to do.'
    expect(setup()).toMatchObject({ status: 0, lines: [line] })
    expect(setup('--gpu')).toMatchObject({ status: 0, lines: [line] })
  })

  test('does nothing where it ran before', () => {
    install(folder, 'tfjs-node', BROKEN)
    install(join(folder, '.tfjs-node'), 'tfjs-node', WORKING)
    expect(setup()).toMatchObject({
      status: 0,
      lines: [
        '@tensorflow/tfjs-node is installed but does not work: tfjs_binding.node is missing',
        '@tensorflow/tfjs-node works already (CPU): nothing to do.',
      ],
    })
  })

  test.skipIf(process.platform === 'win32')('names the tool that is missing, also after a wrong result', () => {
    install(folder, 'tfjs-node', WRONG)
    expect(setup()).toMatchObject({
      status: 1,
      lines: [
        '@tensorflow/tfjs-node is installed but does not work: ' +
          'expected 100, 9 and 16 from the probe, received 99, 9 and 16',
        "Expected python3 to build the addon, found none; --prebuilt tries tfjs-node's own binaries.",
      ],
    })
  })

  test.skipIf(process.platform === 'win32')('says which command failed', () => {
    const lines = [
      'Installing @tensorflow/tfjs-node@4.22.0 ...',
      'Expected "npm install --no-audit --no-fund --no-save @tensorflow/tfjs-node@4.22.0" to succeed, ' +
        'but it ended with ENOENT.',
    ]
    const found = setup('--prebuilt')
    expect(found.status).toBe(1)
    expect(found.lines.filter((line) => line !== '')).toEqual(lines)
  })

  test('refuses unknown flags and explains the known ones', () => {
    expect(setup('--cuda')).toMatchObject({
      status: 1,
      lines: ['Expected --gpu, --prebuilt or --help, received --cuda.'],
    })
    expect(setup('--help').stdout).toContain('Usage: pnpm --filter @diqa/training run setup [--gpu] [--prebuilt]')
  })
})

describe('loadTensorFlow', () => {
  test('takes the GPU package, then the other, then the next folder', async () => {
    const other = join(folder, 'other')
    install(folder, 'tfjs-node-gpu', BROKEN)
    install(folder, 'tfjs-node', WRONG)
    install(other, 'tfjs-node', WORKING)
    expect((await loadTensorFlow([folder, other])).getBackend()).toBe('tensorflow')
  })

  test('keeps the function that Node 23 removed, and quietens TensorFlow', async () => {
    install(folder, 'tfjs-node', `${WORKING}; if (!require('util').isNullOrUndefined(null)) throw new Error('gone')`)
    await loadTensorFlow([folder])
    expect(process.env.TF_CPP_MIN_LOG_LEVEL).toBe('2')
  })

  test('names the setup command when nothing works', async () => {
    await expect(loadTensorFlow([folder])).rejects.toThrow(
      'Expected @tensorflow/tfjs-node for training, but it is not usable (none is installed): ' +
        'run "pnpm --filter @diqa/training run setup".',
    )
    install(folder, 'tfjs-node-gpu', BROKEN)
    install(folder, 'tfjs-node', WRONG)
    await expect(loadTensorFlow([folder])).rejects.toThrow(
      'Expected @tensorflow/tfjs-node for training, but it is not usable (@tensorflow/tfjs-node-gpu: ' +
        'tfjs_binding.node is missing; @tensorflow/tfjs-node: expected 3 from a matrix product, received 4): ' +
        'run "pnpm --filter @diqa/training run setup".',
    )
  })
})
