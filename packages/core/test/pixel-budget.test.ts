import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { PixelBudget } from '../src/pixel-budget.js'

/** Enters images by name, and notes in which order they got in. */
function door(limit: number) {
  const budget = new PixelBudget(limit)
  const inside: string[] = []
  const leave = new Map<string, { resolve: () => void; reject: (error: Error) => void }>()
  const enter = (name: string, pixels: number) =>
    budget.use(pixels, () => {
      inside.push(name)
      return new Promise<void>((resolve, reject) => leave.set(name, { resolve, reject }))
    })
  const leaves = (name: string) => {
    leave.get(name)!.resolve()
    return turn()
  }
  return { enter, inside, leave: leaves, fail: leave }
}

test('together they keep to the limit', async () => {
  const { enter, inside, leave } = door(100)
  const all = [enter('a', 40), enter('b', 60), enter('c', 1)]
  await turn()
  expect(inside).toEqual(['a', 'b'])
  await leave('b')
  expect(inside).toEqual(['a', 'b', 'c'])
  await leave('a')
  await leave('c')
  await Promise.all(all)
})

test('a larger one is let in alone', async () => {
  const { enter, inside, leave } = door(100)
  const all = [enter('small', 1), enter('large', 500), enter('next', 1)]
  await turn()
  expect(inside).toEqual(['small'])
  await leave('small')
  expect(inside).toEqual(['small', 'large'])
  await leave('large')
  expect(inside).toEqual(['small', 'large', 'next'])
  await leave('next')
  await Promise.all(all)
})

test('nobody overtakes, so that a large one does not wait for ever', async () => {
  const { enter, inside, leave } = door(100)
  const all = [enter('a', 60), enter('large', 90), enter('b', 10)]
  await turn()
  expect(inside).toEqual(['a'])
  await leave('a')
  expect(inside).toEqual(['a', 'large', 'b'])
  await leave('large')
  await leave('b')
  await Promise.all(all)
})

test('what fails leaves too', async () => {
  const { enter, inside, leave, fail } = door(100)
  const failing = enter('a', 100)
  const next = enter('b', 100)
  fail.get('a')!.reject(new Error('no'))
  await expect(failing).rejects.toThrow(new Error('no'))
  await turn()
  expect(inside).toEqual(['a', 'b'])
  await leave('b')
  await next
})

test('what the image became is handed on', async () => {
  expect(await new PixelBudget(1).use(5, async () => 'score')).toBe('score')
})
