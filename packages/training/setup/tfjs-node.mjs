// Makes @tensorflow/tfjs-node usable for training: pnpm --filter @diqa/training run setup [--gpu] [--prebuilt]
//
// tfjs-node's own install script downloads TensorFlow 2.9 (CUDA 11.2) and a binary that is missing for many platforms.
// Its addon builds, without a patch, against the TensorFlow inside the Python wheel, which is newer and is there for
// every Linux. So this takes the library and its headers out of the wheel and builds the addon with node-gyp.
// It writes to packages/training/.tfjs-node alone (and the caches of npm, pip and node-gyp), which can be deleted.
//
// Tried: Linux x64, CPU. Not tried: --gpu, Linux arm64 and macOS.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const TFJS_VERSION = '4.22.0'
const NODE_GYP_VERSION = '12' // the last that runs on Node 20
const KNOWN_GOOD_TENSORFLOW = '2.21.0' // taken where the newest one fails
const WHEEL_PYTHON = '3.12' // any: only the C++ library inside the wheel is used, so it need not be this machine's
const MINUTE = 60_000

const script = fileURLToPath(import.meta.url)
const packageRoot = join(dirname(script), '..')
const home = join(packageRoot, '.tfjs-node')
const wheel = join(home, 'wheel')

const HELP = `Usage: pnpm --filter @diqa/training run setup [--gpu] [--prebuilt]

Makes @tensorflow/tfjs-node usable for training, in packages/training/.tfjs-node (about 1.4 GB).
Does nothing where it works already. Needs python3 with pip, make and a C++ compiler.

  --gpu       @tensorflow/tfjs-node-gpu against the CUDA build of TensorFlow (not tried yet)
  --prebuilt  take the binaries that tfjs-node's own install script downloads, and build nothing
`

/** An expected failure: one sentence for the user, no stack. */
class SetupError extends Error {}

const say = (line) => process.stderr.write(`${line}\n`)
const lastLine = (text) => text.trim().split('\n').at(-1) ?? ''

/**
 * Runs a command to its end; its output is kept and shown only if it fails.
 * @throws {SetupError} when it fails or takes longer than `minutes`
 */
async function run(title, command, args, { cwd = home, minutes = 10 } = {}) {
  say(`${title} ...`)
  const output = []
  // Not spawn's own time limit: it would keep this process waiting after a command that could not be started.
  const signal = AbortSignal.timeout(minutes * MINUTE)
  const child = spawn(command, args, { cwd, signal, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk))
  const code = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.code))
    child.on('close', (exitCode, killedBy) => resolve(exitCode ?? killedBy))
  })
  if (code === 0) return
  say(Buffer.concat(output).toString().trim())
  const end = signal.aborted ? `took longer than ${minutes} minutes` : `ended with ${code}`
  throw new SetupError(`Expected "${[command, ...args].join(' ')}" to succeed, but it ${end}.`)
}

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore', timeout: MINUTE }).status === 0

/** Training's own operations (a convolution, its gradient), checked against the numbers by hand. Runs in a child. */
function probe(path) {
  const require = createRequire(import.meta.url)
  require('node:util').isNullOrUndefined ??= (value) => value == null // tfjs-node calls it, Node 23 removed it
  const tf = require(path)
  const image = tf.ones([1, 4, 4, 1])
  const filter = tf.ones([3, 3, 1, 1])
  const { value, grad } = tf.valueAndGrad((weights) => tf.conv2d(image, weights, 1, 'same').sum())(filter)
  const gradient = grad.dataSync()
  // "same" padding: 4 inner pixels see 9 ones, 8 at the edges see 6, 4 in the corners see 4.
  const sum = value.dataSync()[0]
  if (sum !== 100 || gradient[0] !== 9 || gradient[4] !== 16) {
    throw new Error(`expected 100, 9 and 16 from the probe, received ${sum}, ${gradient[0]} and ${gradient[4]}`)
  }
  const gpu = tf.backend().isUsingGpuDevice === true
  process.stdout.write(`\n${JSON.stringify({ backend: tf.getBackend(), gpu })}\n`)
}

/** `{ backend, gpu }` when the package at `path` computes, else `{ reason }`. A child, because a bad binary can crash. */
function tryProbe(path) {
  const child = spawnSync(process.execPath, [script, '--probe', path], {
    encoding: 'utf8',
    timeout: 2 * MINUTE, // a card newer than the library compiles its kernels at the first operation
    env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
  })
  if (child.status === 0) return JSON.parse(lastLine(child.stdout))
  if (child.error?.code === 'ETIMEDOUT') return { reason: 'the probe took longer than two minutes' }
  const thrown = /^\w*Error(?: \[\w+\])?: (.*)$/m.exec(child.stderr)?.[1]
  return { reason: thrown ?? (child.signal ? `the probe died of ${child.signal}` : lastLine(child.stderr)) }
}

/** Where `name` is for code in `folder`, or nothing. */
function resolveFrom(folder, name) {
  try {
    return createRequire(join(folder, 'package.json')).resolve(name)
  } catch {
    return undefined
  }
}

/** The first of `names` that works for code in one of `folders`. */
function findWorking(folders, names) {
  const tried = new Set([undefined]) // from .tfjs-node, Node also finds what is in the package's own node_modules
  for (const [folder, name] of folders.flatMap((folder) => names.map((name) => [folder, name]))) {
    const path = resolveFrom(folder, name)
    if (tried.has(path)) continue
    tried.add(path)
    const found = tryProbe(path)
    if (!found.reason) return { name, ...found }
    say(`${name} is installed but does not work: ${found.reason}`)
  }
  return undefined
}

/** @throws {SetupError} when something that the build needs is not on this machine */
function checkTools() {
  const need = (present, tool) => {
    if (present) return
    throw new SetupError(`Expected ${tool} to build the addon, found none; --prebuilt tries tfjs-node's own binaries.`)
  }
  need(works('python3', '--version'), 'python3')
  need(works('python3', '-m', 'pip', '--version'), 'pip ("python3 -m pip")')
  need(works('make', '--version'), 'make')
  const compilers = [process.env.CXX, 'c++', 'g++', 'clang++'].filter(Boolean)
  need(
    compilers.some((compiler) => works(compiler, '--version')),
    'a C++ compiler (g++ or clang++)',
  )
}

/** The Node headers that came with this very Node, so that node-gyp need not download them. */
function nodeHeaders() {
  const major = process.versions.node.split('.')[0]
  return [join(dirname(process.execPath), '..'), '/usr', '/usr/local'].find((prefix) => {
    const file = join(prefix, 'include/node/node_version.h')
    return existsSync(file) && new RegExp(`NODE_MAJOR_VERSION ${major}\\b`).test(readFileSync(file, 'utf8'))
  })
}

/** Puts TensorFlow's library and headers into `wheel/tensorflow` and says which version (wanted: `version` or newest). */
async function fetchTensorFlow(gpu, version) {
  const pin = version ? `==${version}` : ''
  const download = join(home, 'download')
  const anyPython = ['--only-binary=:all:', '--python-version', WHEEL_PYTHON]
  rmSync(wheel, { recursive: true, force: true })
  mkdirSync(wheel, { recursive: true })

  if (gpu) {
    // pip lays out tensorflow/ and nvidia/ side by side, where the library looks for CUDA.
    const what = `tensorflow[and-cuda]${pin}`
    const args = ['-m', 'pip', 'install', ...anyPython, '--target', wheel, what]
    await run(`Installing ${what} from PyPI (several GB)`, 'python3', args, { minutes: 60 })
    return readdirSync(wheel)
      .map((folder) => /^tensorflow-([\d.]+)\.dist-info$/.exec(folder)?.[1])
      .find(Boolean)
  }

  const get = (name) => {
    const args = ['-m', 'pip', 'download', '--no-deps', ...anyPython, '--dest', download, `${name}${pin}`]
    return run(`Downloading ${name}${pin} from PyPI (about 300 MB)`, 'python3', args, { minutes: 30 })
  }
  // tensorflow-cpu is the small one, and not there for every platform.
  await get('tensorflow-cpu').catch(() => get('tensorflow'))
  const file = readdirSync(download).find((name) => name.endsWith('.whl'))
  const unzip = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
  z.extractall(sys.argv[2], [n for n in z.namelist() if n.startswith(('tensorflow/include/', 'tensorflow/libtensorflow'))])`
  await run(`Unpacking ${file}`, 'python3', ['-c', unzip, join(download, file), wheel])
  rmSync(download, { recursive: true })
  return file.split('-')[1]
}

/** Links the unpacked library to where the addon's binding.gyp looks for it. */
function linkTensorFlow(addon) {
  const library = join(wheel, 'tensorflow')
  const deps = join(addon, 'deps')
  rmSync(deps, { recursive: true, force: true })
  mkdirSync(deps)
  symlinkSync(relative(deps, join(library, 'include')), join(deps, 'include'))
  // The folder, not the files: the library finds CUDA in ../nvidia, seen from the folder it was loaded from.
  symlinkSync(relative(deps, library), join(deps, 'lib'))
  const names =
    process.platform === 'darwin'
      ? [
          ['libtensorflow_cc.2.dylib', 'libtensorflow.2.dylib'],
          ['libtensorflow_framework.2.dylib', 'libtensorflow_framework.dylib'],
        ]
      : [
          ['libtensorflow_cc.so.2', 'libtensorflow.so'],
          ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'],
        ]
  for (const [file, link] of names) {
    if (!existsSync(join(library, file))) throw new SetupError(`Expected ${file} in the TensorFlow wheel, found none.`)
    rmSync(join(library, link), { force: true })
    symlinkSync(file, join(library, link))
  }
}

async function build(addon) {
  const headers = nodeHeaders()
  const gyp = join(home, 'node_modules/node-gyp/bin/node-gyp.js')
  const options = [
    '--module_name=tfjs_binding',
    `--module_path=${join(addon, 'lib/napi-v8')}`, // where the package looks for the newest Node-API it knows
    '--napi_build_version=8',
    '--napi_version=9',
    ...(headers ? [`--nodedir=${headers}`] : []),
  ]
  await run('Building the addon', process.execPath, [gyp, 'rebuild', ...options], { cwd: addon })
}

async function install(name, { gpu, prebuilt }) {
  if (!prebuilt) {
    if (process.platform === 'win32') {
      throw new SetupError('Expected Linux or macOS to build the addon, received Windows (use WSL, or try --prebuilt).')
    }
    checkTools()
  }
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n')
  const flags = ['--no-audit', '--no-fund', '--no-save', ...(prebuilt ? [] : ['--ignore-scripts'])]
  const packages = [`${name}@${TFJS_VERSION}`, ...(prebuilt ? [] : [`node-gyp@${NODE_GYP_VERSION}`])]
  rmSync(join(home, 'node_modules'), { recursive: true, force: true })
  await run(`Installing ${packages.join(' and ')}`, 'npm', ['install', ...flags, ...packages], { minutes: 20 })

  const path = resolveFrom(home, name)
  const addon = join(home, 'node_modules', name)
  if (prebuilt) return verify(path)
  // Only a failed build or probe is worth another version: a failed download of the newest would fail again.
  const newest = await fetchTensorFlow(gpu)
  try {
    linkTensorFlow(addon)
    await build(addon)
    return verify(path)
  } catch (error) {
    if (!(error instanceof SetupError) || newest === KNOWN_GOOD_TENSORFLOW) throw error
    say(`TensorFlow ${newest} did not work: ${error.message}`)
  }
  await fetchTensorFlow(gpu, KNOWN_GOOD_TENSORFLOW)
  linkTensorFlow(addon)
  await build(addon)
  return verify(path)
}

/** @throws {SetupError} when what was installed does not compute */
function verify(path) {
  say('Checking it ...')
  const found = tryProbe(path)
  if (found.reason)
    throw new SetupError(`Expected the installed tfjs-node to compute, but its probe failed: ${found.reason}`)
  return found
}

async function main(args) {
  if (args[0] === '--probe') return probe(args[1])
  if (args.includes('--help')) return process.stdout.write(HELP)
  const unknown = args.find((arg) => !['--gpu', '--prebuilt', '--'].includes(arg))
  if (unknown !== undefined) throw new SetupError(`Expected --gpu, --prebuilt or --help, received ${unknown}.`)

  const gpu = args.includes('--gpu')
  const both = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']
  const names = gpu ? both.slice(0, 1) : both
  const found = findWorking([packageRoot, home], names)
  if (found) return say(`${found.name} works already (${found.gpu ? 'GPU' : 'CPU'}): nothing to do.`)

  const name = gpu ? both[0] : both[1]
  const installed = await install(name, { gpu, prebuilt: args.includes('--prebuilt') })
  say(`${name} works (${installed.gpu ? 'GPU' : 'CPU'}).`)
  if (gpu && !installed.gpu) say('It found no GPU that it can use, so it computes on the CPU.')
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(error.message)
  process.exitCode = 1
}
