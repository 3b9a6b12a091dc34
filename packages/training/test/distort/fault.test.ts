import { FAULTS } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { faultOf } from '../../src/distort/fault.js'

const called = (distortion: string, quality: number) => FAULTS[faultOf({ distortion, quality })]

test.each([
  ['jpeg', 'compression'],
  ['webp', 'compression'],
  ['avif', 'compression'],
  ['double-compression', 'compression'],
  ['upscaling', 'blur'],
  ['blur', 'blur'],
  ['motion-blur', 'blur'],
  ['noise', 'noise'],
  ['specks', 'noise'],
  ['palette', 'banding'],
  ['banding', 'banding'],
  ['over-sharpening', 'over-sharpening'],
])('%s is called %s where it shows', (distortion, fault) => {
  expect(called(distortion, 69.9)).toBe(fault)
})

test('what does not show is no fault, and between the two there is no right answer', () => {
  expect(called('jpeg', 85)).toBe('none')
  expect(called('none', 100)).toBe('none')
  expect(called('jpeg', 84.9)).toBeUndefined()
  expect(called('jpeg', 70)).toBeUndefined()
})

test('of a chain, or of a picture that somebody else distorted, nobody knows', () => {
  expect(faultOf({ distortion: 'chain', quality: 20 })).toBe(-1)
  expect(faultOf({ distortion: 'soft-chain', quality: 20 })).toBe(-1)
  expect(faultOf({ quality: 20 })).toBe(-1)
  expect(faultOf({ distortion: 'jpeg' })).toBe(-1)
  expect(faultOf({ distortion: 'fast fading', quality: 20 })).toBe(-1)
})
