import type { Command, Flags } from './command.js'

/** The help of `diqa` itself. */
export function programHelp(commands: Command[], flags: Flags): string {
  return [
    'Scores images from 0 (bad) to 100 (excellent), with no reference image.',
    'Usage: diqa <command>',
    section(
      'Commands',
      commands.map(({ name, takes, text }) => [`${name} ${takes}`, text]),
    ),
    section('Flags', flagRows(flags)),
    '"diqa <command> --help" tells more of a command.\n',
  ].join('\n\n')
}

/** The help of one command. */
export function commandHelp({ name, takes, text, flags, examples }: Command): string {
  return [
    `${text[0]!.toUpperCase()}${text.slice(1)}.`,
    `Usage: diqa ${name} ${takes} [flags]`,
    section('Flags', flagRows(flags)),
    `${section('Examples', examples)}\n`,
  ].join('\n\n')
}

function flagRows(flags: Flags): [string, string][] {
  return Object.entries(flags).map(([name, { short, value, text }]) => [
    `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`,
    text,
  ])
}

function section(title: string, rows: [left: string, right: string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return [`${title}:`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)].join('\n')
}
