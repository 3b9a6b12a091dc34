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

/** Medians of several contenders, in turns, so that whatever else the machine does hits all of them. */
export async function inTurns(rounds, contenders) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
  for (const call of Object.values(contenders)) await call()
  for (let round = 0; round < rounds; round++) {
    for (const [name, call] of Object.entries(contenders)) times[name].push(await seconds(call))
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]))
}
