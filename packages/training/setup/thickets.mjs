/**
 * Draws what is busy all over and yet as it should be: grass, fur, leaves, pebbles, rough ground, tissue. To a network that saw
 * few of them they look like noise.
 *
 *   node setup/thickets.mjs --out FOLDER [--take 150] [--seed 1]
 *
 * Twice as large as they are meant to be seen: a recipe's `shrink` makes their edges those of a photograph.
 */
import { drawPictures } from './draw-pictures.mjs'
import { sines } from './sines.mjs'

const SIDE = 600

await drawPictures({
  script: import.meta.url,
  take: 150,
  width: SIDE,
  height: SIDE,
  background: '#000000',
  kinds: [blades, fur, leaves, pebbles, rough, tissue],
})

/** Grass: blades over blades, the upper ones brighter, each with its shadow. */
function blades(rng) {
  const tint = tints(rng)
  const [angle, spread] = [rng() * Math.PI, 0.2 + 1.2 * rng()]
  const width = 1.6 + 4 * rng()
  const length = width * (6 + 20 * rng())
  const many = Math.round((4.5 * SIDE * SIDE) / (width * length))
  let svg = `<rect width="100%" height="100%" fill="${tint(0.1)}"/>`
  for (let blade = 0; blade < many; blade++) {
    const depth = blade / many
    const turned = angle + spread * (rng() + rng() - 1)
    const [dx, dy] = [length * (0.5 + rng()) * Math.cos(turned), length * (0.5 + rng()) * Math.sin(turned)]
    const [x, y] = [rng() * SIDE - dx / 2, rng() * SIDE - dy / 2]
    const bend = 0.4 * (rng() - 0.5)
    const path = `M${n(x)} ${n(y)}q${n(dx / 2 - bend * dy)} ${n(dy / 2 + bend * dx)} ${n(dx)} ${n(dy)}`
    const own = width * (0.5 + rng())
    if (rng() < 0.6) svg += line(path, tint(0.08 + 0.3 * depth), own * 1.7)
    svg += line(path, tint(0.15 + 0.6 * depth + 0.25 * (rng() - 0.5)), own)
  }
  return { svg }
}

/** Fur, hair, dry grass: thin strokes that follow a field of directions. */
function fur(rng) {
  const tint = tints(rng)
  const field = { many: 5, longest: 250, shortening: 1.5, size: (_, wave) => 1 / (wave + 1) }
  const [across, down] = [sines(rng, field), sines(rng, field)]
  const width = 1.2 + 2.2 * rng()
  const length = width * (14 + 24 * rng())
  const many = Math.round((4 * SIDE * SIDE) / (width * length))
  const contrast = 0.3 + 0.5 * rng()
  let svg = `<rect width="100%" height="100%" fill="${tint(0.2)}"/>`
  for (let hair = 0; hair < many; hair++) {
    const [x, y] = [rng() * SIDE, rng() * SIDE]
    const [u, v] = [across(x, y), 1 + down(x, y)]
    const size = (length * (0.6 + 0.8 * rng())) / (Math.hypot(u, v) + 1e-6)
    const path = `M${n(x)} ${n(y)}l${n(size * u + 0.15 * length * (rng() - 0.5))} ${n(size * v)}`
    svg += line(path, tint(0.45 + contrast * (rng() - 0.5)), width * (0.6 + 0.8 * rng()))
  }
  return { svg }
}

/** Foliage: leaves of all sizes, one half darker than the other. */
function leaves(rng) {
  const tint = tints(rng)
  const largest = 20 + 60 * rng()
  let svg = `<rect width="100%" height="100%" fill="${tint(0.12)}"/>`
  for (const { x, y, radius, depth } of heap(rng, largest, 5)) {
    const width = radius * (0.25 + 0.4 * rng())
    const light = 0.15 + 0.55 * depth + 0.3 * (rng() - 0.5)
    const half = (side) => `M${n(-radius)} 0Q0 ${n(side * width)} ${n(radius)} 0Z`
    svg += `<g transform="translate(${n(x)} ${n(y)}) rotate(${Math.round(rng() * 360)})"><path d="${half(1)}" fill="${tint(light)}"/><path d="${half(-1)}" fill="${tint(light * (0.6 + 0.3 * rng()))}"/></g>`
  }
  return { svg }
}

/** Gravel: round stones of all sizes, lit from one side, speckled or not. */
function pebbles(rng) {
  const tint = tints(rng)
  const largest = 10 + 45 * rng()
  const speckled = rng()
  const angle = rng() * 2 * Math.PI
  let svg = `<rect width="100%" height="100%" fill="${tint(0.06)}"/>`
  for (const { x, y, radius } of heap(rng, largest, 4)) {
    const light = 0.25 + 0.6 * rng()
    const flat = radius * (0.55 + 0.45 * rng())
    const turn = Math.round(rng() * 180)
    const ellipse = (shift, size, fill) => {
      const [cx, cy] = [x + shift * Math.cos(angle), y + shift * Math.sin(angle)]
      return `<ellipse cx="${n(cx)}" cy="${n(cy)}" rx="${n(radius * size)}" ry="${n(flat * size)}" transform="rotate(${turn} ${n(cx)} ${n(cy)})" fill="${fill}"/>`
    }
    svg += ellipse(0, 1.12, tint(0.05)) + ellipse(0, 1, tint(light * 0.7))
    svg += ellipse(radius * 0.12, 0.82, tint(light)) + ellipse(radius * 0.22, 0.5, tint(light * 1.2))
    if (rng() > speckled) continue
    for (let speck = Math.round(radius); speck > 0; speck--) {
      const [far, way] = [flat * 0.8 * Math.sqrt(rng()), rng() * 2 * Math.PI]
      svg += `<circle cx="${n(x + far * Math.cos(way))}" cy="${n(y + far * Math.sin(way))}" r="${n(0.6 + 1.2 * rng())}" fill="${tint(light * (0.6 + 0.8 * rng()))}"/>`
    }
  }
  return { svg }
}

/** Rock, bark, sand, plaster: a landscape of many scales, lit from low. */
function rough(rng) {
  const tint = tints(rng)
  const fall = 0.55 + 0.35 * rng()
  const stretch = rng() < 0.4 ? 2 + 4 * rng() : 1
  const ridged = rng() < 0.5
  const octaves = [160, 80, 40, 20, 11, 6, 3.5].map((scale) => lattice(rng, scale, stretch))
  const height = new Float32Array(SIDE * SIDE)
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0
      for (const [octave, value] of octaves.entries()) {
        const here = value(x, y)
        sum += fall ** octave * (ridged ? 1 - 2 * Math.abs(here) : here)
      }
      height[y * SIDE + x] = sum
    }
  }
  const angle = rng() * 2 * Math.PI
  const steep = 0.5 + 1.5 * rng()
  const ground = Buffer.alloc(SIDE * SIDE * 3)
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const at = y * SIDE + x
      const across = height[y * SIDE + Math.min(SIDE - 1, x + 1)] - height[at]
      const down = height[Math.min(SIDE - 1, y + 1) * SIDE + x] - height[at]
      const lit = Math.cos(angle) * across + Math.sin(angle) * down
      ground.set(tint.rgb(0.45 + steep * lit + 0.08 * height[at]), at * 3)
    }
  }
  return { ground }
}

/** A stained slice under a microscope: a pale, cloudy ground, and cells with a darker nucleus. */
function tissue(rng) {
  const paper = [200 + 40 * rng(), 190 + 40 * rng(), 200 + 40 * rng()]
  const stain = [90 + 90 * rng(), 60 + 70 * rng(), 40 + 140 * rng()]
  const other = [70 + 60 * rng(), 80 + 60 * rng(), 130 + 70 * rng()]
  const clouds = [120, 50, 22, 10, 5].map((scale) => lattice(rng, scale, 1))
  const fall = 0.7 + 0.3 * rng()
  const ground = Buffer.alloc(SIDE * SIDE * 3)
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let sum = 0
      for (const [octave, value] of clouds.entries()) sum += fall ** octave * value(x, y)
      const share = Math.min(1, Math.max(0, 0.35 + 0.55 * sum))
      ground.set(
        paper.map((tone, channel) => tone + share * (stain[channel] - tone)),
        (y * SIDE + x) * 3,
      )
    }
  }
  const size = 7 + 16 * rng()
  const css = (colour, light) => `rgb(${colour.map((tone) => Math.round(Math.min(255, tone * light)))})`
  let svg = ''
  for (let cell = Math.round((0.35 * SIDE * SIDE) / size ** 2 / (1 + 2 * rng())); cell > 0; cell--) {
    const [x, y] = [rng() * SIDE, rng() * SIDE]
    const [rx, ry] = [size * (0.5 + rng()), size * (0.5 + 0.6 * rng())]
    const colour = rng() < 0.5 ? stain : other
    const blob = (grown, light, opacity) => {
      const points = Array.from({ length: 9 }, (_, corner) => {
        const way = (corner / 9) * 2 * Math.PI
        const far = grown * (0.8 + 0.4 * rng())
        return `${n(x + rx * far * Math.cos(way))},${n(y + ry * far * Math.sin(way))}`
      })
      return `<polygon points="${points.join(' ')}" fill="${css(colour, light)}" fill-opacity="${n(opacity)}"/>`
    }
    svg += blob(1, 1.2, 0.5 + 0.4 * rng()) + blob(0.6, 0.7 + 0.3 * rng(), 0.6 + 0.4 * rng())
    for (let dot = 0; dot < 5; dot++) svg += blob(0.12, 0.5 + 0.5 * rng(), 0.8)
  }
  return { ground, svg }
}

/** Places of a heap of things, few large, many small, until they cover the picture so many times. */
function* heap(rng, largest, cover) {
  const area = cover * SIDE * SIDE
  for (let covered = 0; covered < area; ) {
    // Areas by the inverse cube of the radius: as many scales as a photograph has.
    const radius = Math.max(1.5, 2.5 / Math.sqrt(rng() + (2.5 / largest) ** 2))
    covered += radius * radius * 2
    yield { x: rng() * SIDE, y: rng() * SIDE, radius, depth: covered / area }
  }
}

/** Value noise: random numbers of -1 to 1 on a lattice, and a smooth way between them. */
function lattice(rng, scale, stretch) {
  const columns = Math.ceil(SIDE / scale) + 2
  const rows = Math.ceil((SIDE * stretch) / scale) + 2
  const numbers = Float32Array.from({ length: columns * rows }, () => 2 * rng() - 1)
  const smooth = (t) => t * t * (3 - 2 * t)
  return (x, y) => {
    const [u, v] = [x / scale, (y * stretch) / scale]
    const [column, row] = [Math.floor(u), Math.floor(v)]
    const [s, t] = [smooth(u - column), smooth(v - row)]
    const at = row * columns + column
    const upper = numbers[at] + s * (numbers[at + 1] - numbers[at])
    const lower = numbers[at + columns] + s * (numbers[at + columns + 1] - numbers[at + columns])
    return upper + t * (lower - upper)
  }
}

/** Colours of one family by their lightness, 0 to 1, each a little off. */
function tints(rng) {
  const gray = rng() < 0.3
  const balance = gray ? [1, 1, 1] : [0.55 + 0.6 * rng(), 0.6 + 0.6 * rng(), 0.4 + 0.6 * rng()]
  const off = gray ? 0 : 0.12
  const rgb = (light) =>
    balance.map((part) => Math.min(255, Math.max(0, Math.round(255 * light * part * (1 + off * (rng() - 0.5))))))
  return Object.assign((light) => `rgb(${rgb(light)})`, { rgb })
}

function line(path, colour, width) {
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${n(width)}"/>`
}

/** A number with as many digits as are seen. */
function n(value) {
  return Math.round(value * 10) / 10
}
