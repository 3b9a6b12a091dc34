import { setTimeout } from 'node:timers/promises'

/** Seconds that a call takes. */
export async function seconds(call) {
  const start = performance.now()
  await call()
  return (performance.now() - start) / 1000
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

/**
 * Medians of several contenders, in turns, so that whatever else the machine does hits all of them.
 *
 * @param pause milliseconds before each: threads of some libraries spin for a while after they have worked
 */
export async function inTurns(rounds, contenders, pause = 0) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
  for (const call of Object.values(contenders)) await call()
  for (let round = 0; round < rounds; round++) {
    for (const [name, call] of Object.entries(contenders)) {
      await setTimeout(pause)
      times[name].push(await seconds(call))
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]))
}
