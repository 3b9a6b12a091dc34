import { parseArgs } from 'node:util'
import { type Command, commands } from './commands/index.js'
import { UsageError } from './usage-error.js'

/** What the command line needs of a process. */
export type Host = Pick<NodeJS.Process, 'argv' | 'stdout' | 'stderr' | 'once' | 'off'>

/**
 * Runs `diqa-train`.
 *
 * @returns the exit code: 0 done, 2 wrong use or a fault, 130 stopped by a signal with everything saved
 */
export async function run(host: Host): Promise<number> {
  const stop = new AbortController()
  const onSignal = () => {
    host.stderr.write('Stopping after this step ...\n')
    stop.abort()
  }
  host.once('SIGINT', onSignal)
  host.once('SIGTERM', onSignal)
  try {
    const [name, ...rest] = host.argv.slice(2)
    if (name === undefined || name === '--help' || name === 'help') {
      host.stdout.write(overview())
      return name === undefined ? 2 : 0
    }
    const command = commands[name]
    if (!command) {
      throw new UsageError(`Expected one of ${Object.keys(commands).join(', ')} for the command but received "${name}".`)
    }
    if (rest.includes('--help')) {
      host.stdout.write(usage(name, command))
      return 0
    }
    const { values, positionals } = parse(name, command, rest)
    const print = (line: string) => host.stdout.write(`${line}\n`)
    const finished = await command.run({ flags: values, paths: positionals, print, signal: stop.signal })
    return finished ? 0 : 130
  } catch (error) {
    const { name, message, stack } = error as Error
    const ours = name === 'UsageError' || name === 'DataError' || !process.env.DEBUG
    host.stderr.write(`diqa-train: ${ours ? message : stack}\n`)
    return 2
  } finally {
    host.off('SIGINT', onSignal)
    host.off('SIGTERM', onSignal)
  }
}

function parse(name: string, command: Command, args: string[]) {
  const options = Object.fromEntries(
    Object.entries(command.flags).map(([flag, { multiple = false, boolean = false }]) => [
      flag,
      { type: boolean ? ('boolean' as const) : ('string' as const), multiple },
    ]),
  )
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true })
    if (parsed.positionals.length === command.paths.length) return parsed
    throw new Error(`received ${parsed.positionals.length} of them`)
  } catch (error) {
    const wanted = [name, ...command.paths.map((path) => path.toUpperCase())].join(' ')
    throw new UsageError(`Expected "diqa-train ${wanted} [flags]" but ${(error as Error).message}`)
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  const lines = Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(width)}  ${does}\n`)
  return `diqa-train COMMAND …\n\n${lines.join('')}\nHelp on one: diqa-train COMMAND --help\n`
}

function usage(name: string, { does, paths, flags }: Command): string {
  const width = Math.max(...Object.keys(flags).map((flag) => flag.length))
  const lines = Object.entries(flags).map(([flag, { is }]) => `  --${flag.padEnd(width)}  ${is}\n`)
  return `diqa-train ${[name, ...paths.map((path) => path.toUpperCase())].join(' ')} [flags]\n\n${does}\n\n${lines.join('')}`
}
