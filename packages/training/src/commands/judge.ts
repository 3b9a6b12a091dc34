import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { KINDS, type Name } from '../distort/draw-steps.js'
import { prepareJudged } from '../distort/prepare-judged.js'
import type { PristineSource } from '../distort/pristine.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, pairsFlag, textFlag } from './command.js'

/** A recipe: which pictures are distorted, how many times, and the seed of it all. */
export interface Recipe {
  side: number
  variants: number
  kinds?: Name[]
  seed: number
  sources: PristineSource[]
}

/** @throws UsageError when the file is no recipe */
export function readRecipe(file: string): Recipe {
  try {
    const recipe: Recipe = JSON.parse(readFileSync(file, 'utf8'))
    for (const name of ['side', 'variants', 'seed'] as const) {
      if (!Number.isInteger(recipe[name]))
        throw new Error(`${name} is ${JSON.stringify(recipe[name])}, not a whole number`)
    }
    const unknown = recipe.kinds?.find((kind) => !KINDS.includes(kind))
    if (unknown !== undefined) throw new Error(`kinds has "${unknown}", not one of ${KINDS.join(', ')}`)
    for (const source of recipe.sources) {
      // Paths in a recipe are the recipe's own.
      if (source.opinions) source.opinions.csv = resolve(dirname(file), source.opinions.csv)
    }
    return recipe
  } catch (error) {
    throw new UsageError(`Expected a recipe at ${file} but could not read it (${(error as Error).message}).`)
  }
}

/** `diqa-train judge`: our own distortions, judged by SSIMULACRA2, become a store. */
export const judge: Command = {
  does: 'Distorts undistorted pictures in many ways and has SSIMULACRA2 judge them, ready for training.',
  paths: ['recipe'],
  flags: {
    out: { is: 'folder of the prepared set' },
    root: { is: "NAME=FOLDER: where one of the recipe's sources lies", multiple: true },
    command: { is: 'the judge (default ssimulacra2_rs)' },
  },
  async run({ flags, paths: [file], print, signal }: Call) {
    const recipe = readRecipe(file!)
    const header = await prepareJudged(textFlag(flags, 'out'), {
      ...recipe,
      name: basename(file!, '.json'),
      roots: pairsFlag(flags, 'root'),
      judgeCommand: typeof flags.command === 'string' ? flags.command : 'ssimulacra2_rs',
      signal,
      onProgress: (pictures, name) => {
        if (pictures % 20 === 0) print(`${pictures} pictures, the last from ${name}`)
      },
    })
    print(`Prepared ${header.images.length} pictures, SHA-256 ${header.digest}.`)
    return true
  },
}
