// Whether memory grows with the number of images: a fresh process for each number.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const title = 'peak memory, two workers, small photographs all of different bytes'

export async function* run() {
  const child = fileURLToPath(new URL('memory-child.mjs', import.meta.url))
  const peaks = []
  for (const count of [200, 2000]) {
    const { stdout } = await promisify(execFile)(process.execPath, [child, String(count)])
    const { peak, seconds } = JSON.parse(stdout)
    peaks.push(peak)
    yield `${String(count).padStart(5)} images  ${Math.round(peak)} MB, ${seconds.toFixed(0)} s`
  }
  yield `ratio ${(peaks[1] / peaks[0]).toFixed(2)}`
}
