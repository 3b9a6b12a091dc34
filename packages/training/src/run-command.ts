import { parseArgs } from 'node:util'
import { type Command, commands } from './commands/index.js'
import { UsageError } from './usage-error.js'

/** What the command line needs of a process. */
export type Host = Pick<NodeJS.Process, 'argv' | 'stdout' | 'stderr' | 'once' | 'off'>

/**
 * Runs `diqa-train`.
 *
 * @returns the exit code: 0 done, 2 wrong use or a fault, 130 stopped by a signal, training with everything saved
 */
export async function run(host: Host): Promise<number> {
  const stop = new AbortController()
  const onSignal = () => {
    host.stderr.write('Stopping ...\n')
    stop.abort()
  }
  host.once('SIGINT', onSignal)
  host.once('SIGTERM', onSignal)
  try {
    const [name, ...rest] = host.argv.slice(2)
    if (name === undefined || ['--help', '-h', 'help'].includes(name)) {
      host.stdout.write(overview())
      return name === undefined ? 2 : 0
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!command) {
      throw new UsageError(
        `Expected one of ${Object.keys(commands).join(', ')} for the command but received "${name}".`,
      )
    }
    if (rest.includes('--help') || rest.includes('-h')) {
      host.stdout.write(usage(name, command))
      return 0
    }
    const { flags, paths } = parse(name, command, rest)
    const print = (line: string) => host.stdout.write(`${line}\n`)
    const finished = await command.run({ flags, paths, print, signal: stop.signal })
    return finished ? 0 : 130
  } catch (error) {
    if (stop.signal.aborted && error === stop.signal.reason) return 130
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
    Object.entries(command.flags).map(([flag, { boolean = false }]) => [
      flag,
      { type: boolean ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  // Not strict: Node's own messages are several sentences long.
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true })
  const flags: Record<string, string | boolean | string[]> = {}
  const paths: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') paths.push(token.value)
    if (token.kind !== 'option') continue
    const { name: flag, rawName, value } = token
    if (!Object.hasOwn(command.flags, flag)) {
      const known = Object.keys(command.flags).map((each) => `--${each}`)
      throw new UsageError(`Expected one of ${known.join(', ')} for "diqa-train ${name}" but received "${rawName}".`)
    }
    const { boolean, multiple } = command.flags[flag]!
    if (boolean) {
      if (value !== undefined) throw new UsageError(`Expected no value for --${flag} but received "${value}".`)
      flags[flag] = true
    } else {
      // "--out --seed 1": the value was forgotten. "--val -1" is for the flag itself to judge.
      if (!value || /^-\D/.test(value)) throw new UsageError(`Expected a value for --${flag} but there is none.`)
      flags[flag] = multiple ? [...((flags[flag] as string[] | undefined) ?? []), value] : value
    }
  }
  if (paths.length === command.paths.length) return { flags, paths }
  const received = [name, ...paths].join(' ')
  throw new UsageError(`Expected "diqa-train ${wanted(name, command)} [flags]" but received "diqa-train ${received}".`)
}

function wanted(name: string, { paths }: Command): string {
  return [name, ...paths.map((path) => path.toUpperCase())].join(' ')
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  const lines = Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(width)}  ${does}\n`)
  return `diqa-train COMMAND …\n\n${lines.join('')}\nHelp on one: diqa-train COMMAND --help\n`
}

function usage(name: string, command: Command): string {
  const { does, flags } = command
  const width = Math.max(...Object.keys(flags).map((flag) => flag.length))
  const lines = Object.entries(flags).map(([flag, { is }]) => `  --${flag.padEnd(width)}  ${is}\n`)
  return `diqa-train ${wanted(name, command)} [flags]\n\n${does}\n\n${lines.join('')}`
}
