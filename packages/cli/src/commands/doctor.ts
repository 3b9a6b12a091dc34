import { humanBytes, printable } from '@diqa/gate'
import pico from 'picocolors'
import { CliError } from '../cli-error.js'
import { write } from '../cli-process.js'
import { wantsColor } from '../color-support.js'
import type { Command, CommandContext } from '../command.js'
import { type Examination, examineMachine } from '../examine-machine.js'
import { configFlags } from '../settings.js'

/** `diqa doctor`: what works on this machine, and how fast. */
export const doctor: Command = {
  name: 'doctor',
  takes: '',
  text: 'try each engine on this machine, and look at versions, cache and configuration',
  flags: {
    format: { type: 'string', value: 'NAME', text: 'stylish (default) or json' },
    ...configFlags,
  },
  examples: [['diqa doctor', 'why is it slow, and what would make it faster?']],
  run: runDoctor,
}

async function runDoctor({ process, paths, flags }: CommandContext): Promise<number> {
  const { format = 'stylish' } = flags
  if (paths.length > 0) throw new CliError(`Expected no path for "diqa doctor" but received "${paths[0]}".`)
  if (format !== 'stylish' && format !== 'json') {
    throw new CliError(`Expected stylish or json for --format but received "${format}".`)
  }
  const found = await examineMachine(flags, process.cwd())
  const colors = pico.createColors(wantsColor(process.stdout, process.env))
  const text = format === 'json' ? JSON.stringify(found, null, 2) : stylish(found, colors)
  await write(process.stdout, `${text}\n`)
  return found.config.problem === undefined && found.taken !== undefined && found.sharp !== undefined ? 0 : 2
}

type Colors = ReturnType<typeof pico.createColors>

function stylish(found: Examination, colors: Colors): string {
  const good = (text: string) => `${colors.green('✔')} ${text}`
  const bad = (text: string) => `${colors.red('✖')} ${text}`
  const { diqa, node, platform, processors, sharp, libvips, config, cache, engines, taken, faster } = found
  const versions = `diqa ${diqa}, Node ${node}, ${platform}, ${processors} ${processors === 1 ? 'processor' : 'processors'}`
  const lines = [
    good(versions),
    sharp === undefined
      ? bad('sharp does not load: install the package again')
      : good(`sharp ${sharp}, libvips ${libvips}`),
    config.problem === undefined ? good(configText(config.file)) : bad(printable(config.problem)),
    ...(config.problem === undefined ? [cacheText(cache, good, bad)] : []),
    '',
    'Engines:',
    ...engines.map((engine) => {
      const name = `${engine.name} (${engine.device})`.padEnd(17)
      if (!engine.works) return `${colors.dim('-')} ${name}  ${colors.dim(printable(engine.reason ?? ''))}`
      const isTaken = engine.name === taken?.name && engine.device === taken.device
      const remark = engine.software === undefined ? '' : `, but ${engine.software} is a GPU in software`
      return good(`${name}  ${engine.msPerMegapixel} ms a megapixel${remark}${isTaken ? colors.bold(', taken') : ''}`)
    }),
    '',
    advice(faster, colors),
  ]
  return lines.join('\n')
}

function configText(file: string | undefined): string {
  return file === undefined ? 'no configuration, so the defaults' : `configuration ${printable(file)}`
}

type Mark = (text: string) => string

function cacheText(cache: Examination['cache'], good: Mark, bad: Mark): string {
  if (!cache) return good('no cache: every score is made anew')
  const text = `cache ${printable(cache.folder)}, ${humanBytes(cache.bytes)}`
  return cache.writable ? good(text) : bad(`${text}, cannot be written to`)
}

function advice(faster: string | undefined, colors: Colors): string {
  if (faster !== undefined) return `Faster, as there seems to be a GPU: ${colors.bold(faster)}`
  return 'Nothing to install would make scoring faster here.'
}
