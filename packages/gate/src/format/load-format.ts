import { pathToFileURL } from 'node:url'
import { kindOf, shown, UsageError } from '@diqa/core/light'
import { nearestWord } from '../nearest-word.js'
import { type Format, type FormatName, formats } from './format.js'

/** A format as options have it: by name, as a package or a file that exports a function, or the function itself. */
export type FormatChoice = FormatName | Format | (string & {})

/** Whether a format shows images, and has to be given pictures of them. */
export function showsImages(format: FormatChoice): boolean {
  return format === 'html' || format === formats.html
}

/**
 * Finds a format.
 *
 * @param root where a package or a relative path is looked for: the folder of the configuration; absolute
 * @throws UsageError (rejects) for what is no format and no package, or a package whose default export is no function
 */
export async function loadFormat(format: FormatChoice, root: string): Promise<Format> {
  if (typeof format === 'function') return format
  if (Object.hasOwn(formats, format)) return formats[format as FormatName]
  const url = await locate(format, root)
  if (url === undefined) throw unknown(format)
  const loaded = await load(format, url)
  // What CommonJS compiled from TypeScript exports by default is the default of its default.
  const render = [loaded, Object(loaded).default].find((one) => typeof one === 'function')
  if (render) return render as Format
  throw new UsageError(
    `Expected a function as the default export of the format ${shown(format)} but received a value of type ${kindOf(loaded)}.`,
  )
}

async function locate(name: string, root: string): Promise<string | undefined> {
  const { resolveModuleURL } = await import('exsolve')
  return resolveModuleURL(name, { from: `${pathToFileURL(root).href}/`, try: true })
}

async function load(name: string, url: string): Promise<unknown> {
  try {
    return (await import(url)).default
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new UsageError(`Expected the format ${shown(name)} to load but it failed (${said}).`, { cause: error })
  }
}

function unknown(format: string): UsageError {
  const names = Object.keys(formats)
  const nearest = nearestWord(format, names)
  const hint = nearest ? `; did you mean "${nearest}"?` : '.'
  return new UsageError(
    `Expected one of ${names.join(', ')}, or a package that is installed, for a report's format but received ${shown(format)}${hint}`,
  )
}
