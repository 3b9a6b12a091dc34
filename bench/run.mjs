// node bench/run.mjs [NAME …]: runs the benchmarks. Everything is a ratio within one run: machines differ, ratios less so.
import { availableParallelism, cpus } from 'node:os'

const benchmarks = ['engine', 'engines', 'scaling', 'memory', 'build', 'check', 'html']
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !benchmarks.includes(name))
if (unknown) {
  console.error(`Expected ${benchmarks.join(', ')} for a benchmark but received "${unknown}".`)
  process.exit(2)
}

console.log(`Node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model.trim()}\n`)
for (const name of wanted.length > 0 ? wanted : benchmarks) {
  const { title, run } = await import(`./${name}.mjs`)
  console.log(title)
  for await (const line of run()) console.log(`  ${line}`)
  console.log()
}
