import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PACE, progress } from '../src/progress.js'
import { FakeStream } from './support/fake-process.js'

// The library is loaded in the middle of a run; with fake clocks that must not take real time.
await import('cli-progress')

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function started(interactive: boolean, total: number) {
  const stream = new FakeStream()
  stream.isTTY = true
  return { stream, line: progress(stream, { total, interactive }) }
}

const CLEAR = '\u001b[2K'

test('count, rate, time left and name on one line that is drawn anew and leaves no trace', async () => {
  const { stream, line } = started(true, 40)
  await vi.advanceTimersByTimeAsync(PACE.interactive.first)
  for (let i = 0; i < 4; i++) {
    await vi.advanceTimersByTimeAsync(1000)
    line.step('src/hero.jpg')
  }
  await vi.advanceTimersByTimeAsync(200)
  expect(stream.text).toMatch(/4\/40 images {2}[01]\.\d\/s {2}3\d\.0 s left {2}src\/hero\.jpg/)
  line.end()
  expect(stream.text.endsWith(CLEAR)).toBe(true)
})

test('the line fits the terminal and a file name cannot break out of it', async () => {
  const { stream, line } = started(true, 4)
  stream.columns = 40
  await vi.advanceTimersByTimeAsync(1000)
  line.step(`\u001b[2J/${'long/'.repeat(20)}name.jpg`)
  await vi.advanceTimersByTimeAsync(1000)
  line.end()
  const drawn = stream.text.split('\u001b').find((text) => text.includes('1/4 images'))!
  const shown = drawn.slice(drawn.indexOf('1/4'))
  expect(shown).toHaveLength(39)
  expect(stream.text).not.toContain('[2J')
})

test('elsewhere a plain line every half minute', async () => {
  const { stream, line } = started(false, 1000)
  for (let i = 0; i < 100; i++) {
    await vi.advanceTimersByTimeAsync(1000)
    line.step('a.jpg')
  }
  line.end()
  const lines = stream.text.split('\n')
  expect(lines.slice(0, 3)).toEqual([
    expect.stringMatching(/^(29|30)\/1000 images {2}1\.0\/s$/),
    expect.stringMatching(/^(59|60)\/1000 images {2}1\.0\/s {2}1[45] min \d\d s left$/),
    expect.stringMatching(/^(89|90)\/1000 images {2}1\.0\/s {2}1[45] min \d\d s left$/),
  ])
  expect(stream.text).not.toContain('\u001b')
})

test.each([true, false])('a short run says nothing (interactive: %s)', async (interactive) => {
  const { stream, line } = started(interactive, 2)
  await vi.advanceTimersByTimeAsync(50)
  line.step('a.jpg')
  line.end()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(stream.text).toBe('')
})
