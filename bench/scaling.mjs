// What a second worker gives, and what a second processor.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { median } from './measure.mjs'

export const title = 'two beside one: the same 12 photographs, a new process each time'

const child = fileURLToPath(new URL('scaling-child.mjs', import.meta.url))

/** Seconds, once it is warm. @param processors which ones it may use; default: all */
async function measure(workers, processors) {
  const command = [process.execPath, child, String(workers)]
  if (processors) command.unshift('taskset', '--cpu-list', processors)
  const { stdout } = await promisify(execFile)(command[0], command.slice(1))
  return Number(stdout)
}

/** Medians of five, in turns. */
async function* compare(what, one, two) {
  const times = [[], []]
  for (let round = 0; round < 5; round++) {
    times[0].push(await one())
    times[1].push(await two())
  }
  const [first, second] = times.map(median)
  yield `one ${what}: ${first.toFixed(2)} s; two: ${second.toFixed(2)} s, ${(first / second).toFixed(2)} x as fast`
}

export async function* run() {
  yield* compare(
    'worker',
    () => measure(1),
    () => measure(2),
  )
  try {
    yield* compare(
      'processor',
      () => measure(1, '0'),
      () => measure(2, '0,1'),
    )
  } catch (error) {
    yield `processors were not counted: ${error.message.split('\n')[0]}`
  }
}
