/**
 * Draws maps, diagrams and charts in flat colours, half of them without antialiasing: lossless graphics for a recipe, of the kinds
 * that have hard steps, dots and hatching, which a network may take for faults.
 *
 *   node setup/drawings.mjs --out FOLDER [--take 200] [--seed 1]
 *
 * The text is in the fonts that fontconfig finds.
 */
import { drawPictures } from './draw-pictures.mjs'
import { sines } from './sines.mjs'

const [WIDTH, HEIGHT] = [640, 512]

await drawPictures({
  script: import.meta.url,
  take: 200,
  width: WIDTH,
  height: HEIGHT,
  background: '#ffffff',
  kinds: [map, diagram, chart],
  rendering: (rng) => (rng() < 0.5 ? 'shape-rendering="crispEdges" text-rendering="optimizeSpeed"' : ''),
})

/** Countries with rough borders, some of them hatched or dotted; towns, lines and names. */
function map(rng) {
  const seeds = Array.from({ length: between(rng, 5, 40) }, () => [rng() * WIDTH, rng() * HEIGHT])
  const fills = seeds.map(() => ({
    colour: colour(rng),
    other: colour(rng),
    pattern: rng() < 0.25 ? 1 + Math.floor(rng() * 4) : 0,
  }))
  const sea = colour(rng)
  for (const fill of fills) if (rng() < 0.3) Object.assign(fill, { colour: sea, pattern: 0 })
  const border = rng() < 0.7 ? [0, 0, 0] : colour(rng)
  const line = between(rng, 0, 3)
  const period = between(rng, 2, 8)
  const [shiftX, shiftY] = [roughness(rng), roughness(rng)]

  const country = new Uint8Array(WIDTH * HEIGHT)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [u, v] = [x + shiftX(x, y), y + shiftY(x, y)]
      let nearest = Infinity
      for (const [index, [sx, sy]] of seeds.entries()) {
        const distance = (u - sx) ** 2 + (v - sy) ** 2
        if (distance < nearest) {
          nearest = distance
          country[y * WIDTH + x] = index
        }
      }
    }
  }
  const ground = Buffer.alloc(WIDTH * HEIGHT * 3)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const own = country[y * WIDTH + x]
      const fill = fills[own]
      let pixel = patterned(fill.pattern, period, x, y) ? fill.other : fill.colour
      for (let by = 0; by < line; by++) {
        for (let bx = 0; bx < line; bx++) {
          const at = Math.min(y + by, HEIGHT - 1) * WIDTH + Math.min(x + bx, WIDTH - 1)
          if (fills[country[at]].colour !== fill.colour) pixel = border
        }
      }
      ground.set(pixel, (y * WIDTH + x) * 3)
    }
  }
  let svg = ''
  for (let town = between(rng, 0, 25); town > 0; town--) {
    const [x, y] = place(rng)
    svg += `<circle cx="${x}" cy="${y}" r="${1 + 3 * rng()}" fill="${css(rng)}"/>`
    if (rng() < 0.5) svg += text(rng, x + 5, y + 4)
    if (rng() < 0.3) svg += `<path d="M${x} ${y}L${place(rng)}" stroke="${css(rng)}"/>`
  }
  return { ground, svg }
}

/** Boxes, labels and arrows, black on pale or the other way round. */
function diagram(rng) {
  const dark = rng() < 0.25
  const ink = dark ? '#ffffff' : '#000000'
  let svg = `<rect width="100%" height="100%" fill="${dark ? '#1e1e24' : '#ffffff'}"/>`
  for (let box = between(rng, 6, 24); box > 0; box--) {
    const [x, y] = place(rng)
    const [width, height] = [between(rng, 40, 190), between(rng, 18, 110)]
    const dashes = rng() < 0.3 ? `stroke-dasharray="${between(rng, 1, 4)} ${between(rng, 2, 4)}"` : ''
    const fill = rng() < 0.4 ? css(rng) : dark ? '#33333d' : rng() < 0.5 ? '#ffffff' : '#e4e4e4'
    svg += `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" stroke="${ink}" ${dashes}/>`
    const size = between(rng, 9, 17)
    for (let line = 1; line * size * 1.25 < height; line++) svg += text(rng, x + 5, y + line * size * 1.25, size, ink)
    const [toX, toY] = place(rng)
    svg += `<path d="M${x + width} ${y + 9}H${toX}V${toY}m-4 -6l4 6l4 -6" fill="none" stroke="${ink}" ${dashes}/>`
  }
  return { svg }
}

/** Bars or a curve over a grid, filled flat, hatched or dotted. */
function chart(rng) {
  const period = between(rng, 3, 9)
  const marks = [
    `<path d="M0 ${period}L${period} 0" stroke="${css(rng)}"/>`,
    `<path d="M0 ${period / 2}H${period}" stroke="${css(rng)}"/>`,
    `<circle cx="${period / 2}" cy="${period / 2}" r="${1 + rng()}" fill="${css(rng)}"/>`,
    `<path d="M0 0L${period} ${period}M0 ${period}L${period} 0" stroke="${css(rng)}"/>`,
  ]
  let svg = marks
    .map(
      (mark, id) =>
        `<pattern id="p${id}" width="${period}" height="${period}" patternUnits="userSpaceOnUse">${mark}</pattern>`,
    )
    .join('')
  svg += '<rect width="100%" height="100%" fill="#ffffff"/>'
  const grid = between(rng, 20, 70)
  const gray = `rgb(${Array(3).fill(between(rng, 120, 230))})`
  for (let y = 30; y < HEIGHT - 30; y += grid)
    svg += `<path d="M50 ${y}.5H${WIDTH - 20}" stroke="${gray}"/>${text(rng, 4, y + 4)}`
  const bars = between(rng, 3, 30)
  const step = (WIDTH - 70) / bars
  const bottom = HEIGHT - 30
  if (rng() < 0.6) {
    for (let bar = 0; bar < bars; bar++) {
      const height = rng() * (bottom - 40)
      const at = `x="${50 + bar * step}" y="${bottom - height}" width="${step * (0.5 + 0.5 * rng())}" height="${height}"`
      svg += `<rect ${at} fill="${css(rng)}"/>`
      if (rng() < 0.7) svg += `<rect ${at} fill="url(#p${Math.floor(rng() * marks.length)})" stroke="#000000"/>`
    }
  } else {
    for (let curve = between(rng, 1, 6); curve > 0; curve--) {
      const points = Array.from({ length: bars * 6 }, (_, i) => `${50 + (i * step) / 6},${40 + rng() * (bottom - 80)}`)
      const width = between(rng, 1, 3)
      svg += `<polyline points="${points.join(' ')}" fill="none" stroke="${css(rng)}" stroke-width="${width}"/>`
    }
  }
  for (let label = 0; label < 8; label++) svg += text(rng, 50 + label * 70, HEIGHT - 10)
  return { svg }
}

/** How far a border is moved, in pixels: waves of a few pixels to a third of the map. */
function roughness(rng) {
  return sines(rng, { many: 14, longest: 220, shortening: 1.38, size: (length) => length * 0.11 })
}

/** Whether the pixel is one of a fill's marks: none, hatching, lines, dots, a chessboard. */
function patterned(pattern, period, x, y) {
  if (pattern === 1) return (x + y) % period === 0
  if (pattern === 2) return y % period === 0
  if (pattern === 3) return x % period === 0 && y % period === 0
  if (pattern === 4) return (x + y) % 2 === 0
  return false
}

function text(rng, x, y, size = between(rng, 9, 15), fill = '#000000') {
  const letters = 'etaoinshrdlucmfwypvbgkETAOINSHR0123456789_ '
  const word = Array.from({ length: between(rng, 3, 14) }, () => letters[Math.floor(rng() * letters.length)]).join('')
  const font = ['DejaVu Sans', 'DejaVu Sans Mono', 'DejaVu Serif'][Math.floor(rng() * 3)]
  return `<text x="${x}" y="${y}" font-family="${font}" font-size="${size}" fill="${fill}">${word}</text>`
}

function place(rng) {
  return [between(rng, 0, WIDTH - 60), between(rng, 0, HEIGHT - 40)]
}

/** [r, g, b], saturated more often than not. */
function colour(rng) {
  return Array.from({ length: 3 }, () => (rng() < 0.5 ? Math.round(rng()) * 255 : between(rng, 0, 255)))
}

function css(rng) {
  return `rgb(${colour(rng)})`
}

function between(rng, low, high) {
  return low + Math.floor(rng() * (high - low + 1))
}
