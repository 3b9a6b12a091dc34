import { expect, test } from 'vitest'
import { progressLine } from '../src/progress-line.js'
import { FakeStream } from './support/fake-process.js'

function progress(interactive: boolean, total: number) {
  const stream = new FakeStream()
  const clock = { ms: 0 }
  const line = progressLine(stream, { total, interactive, now: () => clock.ms })
  return { stream, clock, line }
}

test('count, rate, time left and name on one line that is drawn anew', () => {
  const { stream, clock, line } = progress(true, 40)
  clock.ms = 2000
  line.step('src/hero.jpg')
  clock.ms = 2050
  line.step('src/too-soon.jpg')
  line.end()
  expect(stream.text.split('\r\u001b[2K')).toEqual([
    '',
    '0/40 images  ',
    '1/40 images  0.5/s  1 min 18 s left  src/hero.jpg',
    '',
  ])
})

test('the line fits the terminal and a file name cannot break out of it', () => {
  const { stream, clock, line } = progress(true, 4)
  stream.columns = 40
  clock.ms = 1000
  line.step(`\u001b[2J/${'long/'.repeat(20)}name.jpg`)
  const drawn = stream.text.split('\r\u001b[2K')[2]!
  expect(drawn).toHaveLength(39)
  expect(drawn).not.toContain('\u001b')
})

test('elsewhere a plain line every half minute', () => {
  const { stream, clock, line } = progress(false, 1000)
  for (let i = 1; i <= 100; i++) {
    clock.ms = i * 1000
    line.step('a.jpg')
  }
  line.end()
  expect(stream.text).toBe(
    '30/1000 images  1.0/s  16 min 10 s left\n60/1000 images  1.0/s  15 min 40 s left\n90/1000 images  1.0/s  15 min 10 s left\n',
  )
})
