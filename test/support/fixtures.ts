import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** One entry of fixtures/manifest.json, which fixtures/README.md explains. */
export interface Fixture {
  file: string
  kind: string
  source: string
  licence: string
  distortion?: string
  reference?: string
  expect: { status: string; reason?: string; format?: string; width?: number; height?: number; note?: string }
}

const root = new URL('../../', import.meta.url)

/** The folder of the images, with a separator at its end. */
export const images = fileURLToPath(new URL('fixtures/images/', root))

export const manifest: Fixture[] = readJson('fixtures/manifest.json')

export const pathOf = ({ file }: Pick<Fixture, 'file'>): string => images + file

/** A file of the repository. */
export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, root), 'utf8'))
}
