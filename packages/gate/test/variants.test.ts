import { expect, test } from 'vitest'
import { variantOf } from '../src/verdict/variants.js'

test.each([
  ['img/hero.jpg', 'img/hero.jpg'],
  ['img/hero@2x.jpg', 'img/hero.jpg'],
  ['img/hero@1.5x.jpg', 'img/hero.jpg'],
  ['img/hero-3x.jpg', 'img/hero.jpg'],
  ['img/hero_2x.webp', 'img/hero.webp'],
  ['img/hero-640w.jpg', 'img/hero.jpg'],
  ['img/hero.640w.jpg', 'img/hero.jpg'],
  ['img/hero-1280x720.jpg', 'img/hero.jpg'],
  ['img/hero@2x-3f2a91bc.jpg', 'img/hero-3f2a91bc.jpg'],
  ['img/hero-640w@2x.jpg', 'img/hero.jpg'],
  ['img/IMG-1234.jpg', 'img/IMG-1234.jpg'],
  ['img@2x/hero.jpg', 'img@2x/hero.jpg'],
  ['img/4x4.jpg', 'img/4x4.jpg'],
  ['img/@2x.png', 'img/@2x.png'],
  ['hero@2x', 'hero'],
  ['hero@2xl.jpg', 'hero@2xl.jpg'],
])('%s is a variant of %s', (path, common) => {
  expect(variantOf(path)).toBe(common)
})
