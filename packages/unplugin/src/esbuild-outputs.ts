import { dirname, relative, resolve } from 'node:path'
import { type AddedImage, inlinedImages } from '@diqa/gate'
import type { BuildOptions, BuildResult, Metafile } from 'esbuild'

/** Where a build's files are. */
export interface Folders {
  /** What the metafile's paths are relative to; absolute. */
  cwd: string
  /** What the names of images are relative to; absolute. */
  outdir: string
}

/** The folders of a build, as esbuild takes them from its options. */
export function foldersOf({ absWorkingDir, outdir, outfile }: BuildOptions): Folders {
  const cwd = resolve(absWorkingDir ?? '.')
  return { cwd, outdir: resolve(cwd, outdir ?? (outfile === undefined ? '.' : dirname(outfile))) }
}

/** The images, and other files, that esbuild emits as they are (loaders `file` and `copy`), with source and bytes. */
export function emittedFiles({ metafile, outputFiles }: BuildResult, { cwd, outdir }: Folders): AddedImage[] {
  // Only with `write: false` (evanw/esbuild#3408).
  const inMemory = new Map(outputFiles?.map(({ path, contents }) => [path, contents]))
  return Object.entries(metafile!.outputs).flatMap(([output, { inputs }]) => {
    const [input, ...others] = Object.keys(inputs)
    if (isCode(output) || input === undefined || others.length > 0) return []
    const file = resolve(cwd, output)
    const bytes = inMemory.get(file)
    const source = fileOf(input, cwd)
    return [
      {
        name: relative(outdir, file),
        ...(source ? { source: { path: source } } : {}),
        ...(bytes ? { bytes } : { file }),
      },
    ]
  })
}

/** The images, and other files, that esbuild writes into scripts and styles (loaders `dataurl`, `base64`, `binary`). */
export function inlinedFiles({ metafile }: BuildResult, { cwd, outdir }: Folders): AddedImage[] {
  const { inputs, outputs } = metafile!
  const emitted = new Set(
    Object.entries(outputs).flatMap(([output, of]) => (isCode(output) ? [] : Object.keys(of.inputs).map(plain))),
  )
  const inlined = new Map<string, AddedImage>()
  for (const [output, code] of Object.entries(outputs).filter(([name]) => isCode(name))) {
    const used = Object.entries(code.inputs).flatMap(([input, { bytesInOutput }]) => [
      // What was shaken off has no bytes.
      ...(bytesInOutput > 0 ? [input] : []),
      // What a style sheet contains, only its own imports tell.
      ...urlsOf(inputs[input]),
    ])
    for (const input of used.map(plain)) {
      if (!emitted.has(input)) inlined.set(input, inlinedFile(input, cwd))
    }
    for (const { path } of code.imports.filter(({ external }) => external)) {
      for (const image of inlinedImages(path, relative(outdir, resolve(cwd, output))))
        inlined.set(image.name, { ...image, inlined: true })
    }
  }
  return [...inlined.values()]
}

function urlsOf(input: Metafile['inputs'][string] | undefined): string[] {
  const urls = input?.imports.filter(({ kind, external }) => kind === 'url-token' && !external) ?? []
  return urls.map(({ path }) => path)
}

function inlinedFile(input: string, cwd: string): AddedImage {
  const file = fileOf(input, cwd)
  return file ? { name: file, source: { path: file }, file, inlined: true } : { name: input, inlined: true }
}

function isCode(output: string): boolean {
  return /\.(?:[cm]?js|css|map)$|^<stdout>$/.test(output)
}

/** An input without the query of its import: "a.svg?v=1" and "a.svg#icon" are inputs of their own, of one file. */
function plain(input: string): string {
  return input.replace(/^(.+?\.\w+)[?#].*$/, '$1')
}

/** The file behind an input; undefined for one that a plugin made up (`namespace:path`). */
function fileOf(input: string, cwd: string): string | undefined {
  return /^[\w-]{2,}:/.test(input) ? undefined : resolve(cwd, plain(input))
}
