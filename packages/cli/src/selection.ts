import { type Collector, reportPath } from '@diqa/gate'
import type { CommandContext, Flags } from './command.js'
import { readFileList } from './files-from.js'
import { type FoundImages, findFiles, findImages, type Search } from './find-images.js'
import { changedSince } from './git-changes.js'
import { placeBelow } from './linked-root.js'
import { readShard, type ShardChoice } from './shard-choice.js'
import { shardFiles } from './shard-files.js'

/** The flags that say which images to look at. */
export const selectionFlags = {
  'files-from': { type: 'string', value: 'FILE', text: 'a list of files, by line or NUL; - is stdin' },
  since: { type: 'string', value: 'REF', text: 'only what differs from the merge base with a branch, tag or commit' },
  shard: { type: 'string', value: 'I/N', text: 'one of n equal parts, or auto; "diqa merge" puts reports together' },
  'pass-with-no-images': { type: 'boolean', text: 'exit 0 where there is no image' },
} satisfies Flags

/** The images to look at. */
export interface Selection extends FoundImages {
  /** How many there are before `--since` and `--shard`. */
  total: number
  /** How many were named, and are not to be looked at. */
  leftOut: number
  /** All that the configuration includes: nothing was named, no folder was locked, and nothing is left to other runs. */
  isWhole: boolean
  shard?: ShardChoice & { library: string }
}

type Admission = Pick<Collector, 'accepts'> & { root: string }

/** Finds the images that were asked for by paths and flags, or all that the configuration includes. */
export async function select(context: CommandContext, { accepts, root }: Admission): Promise<Selection> {
  const { process, flags } = context
  const place = placeBelow(root)
  const admits = (file: string) => accepts(reportPath(place(file), root))
  const found = await find(context, root, { wants: admits, described: 'that "include" and "exclude" admit' })
  const named = [...new Set(found.files.map(place))].sort()
  const admitted = named.filter(admits)
  const changed = typeof flags.since === 'string' ? await changedSince(flags.since, admitted, root) : admitted
  const choice = typeof flags.shard === 'string' ? readShard(flags.shard, process.env) : undefined
  const { files, library } = choice ? await shardFiles(changed, choice, root) : { files: changed, library: '' }
  return {
    ...found,
    files,
    total: admitted.length,
    leftOut: named.length - admitted.length,
    isWhole: !isNamed(context) && found.missing.length === 0 && flags.since === undefined && !choice,
    ...(choice ? { shard: { ...choice, library } } : {}),
  }
}

async function find(context: CommandContext, root: string, search: Search): Promise<FoundImages> {
  const { process, paths, flags } = context
  // Without a word of the user's, what is missing is for "onNoImages" to say.
  if (!isNamed(context)) return { ...(await findImages([root], root, search)), unmatched: [] }
  const found = await findImages(paths, process.cwd(), search)
  const list = flags['files-from']
  if (typeof list !== 'string') return found
  const names = await readFileList(list, process)
  const listed = await findFiles(names, process.cwd())
  const isEmpty = paths.length === 0 && names.length === 0
  return {
    files: [...new Set([...found.files, ...listed.files])].sort(),
    missing: [...found.missing, ...listed.missing],
    unmatched: isEmpty ? ['Expected files in the list of --files-from but it is empty.'] : found.unmatched,
  }
}

function isNamed({ paths, flags }: CommandContext): boolean {
  return paths.length > 0 || flags['files-from'] !== undefined
}
