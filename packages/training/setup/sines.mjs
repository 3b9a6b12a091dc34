/**
 * A rough function of the place: a sum of sines in random directions, of ever shorter waves.
 *
 * @param {() => number} rng
 * @param {object} options
 * @param {number} options.many waves
 * @param {number} options.longest pixels of the first
 * @param {number} options.shortening how many times shorter each is than the one before
 * @param {(length: number, wave: number) => number} options.size of each
 * @returns {(x: number, y: number) => number}
 */
export function sines(rng, { many, longest, shortening, size }) {
  const waves = Array.from({ length: many }, (_, wave) => {
    const length = longest / shortening ** wave
    const angle = rng() * 2 * Math.PI
    const [a, b] = [(2 * Math.PI * Math.cos(angle)) / length, (2 * Math.PI * Math.sin(angle)) / length]
    return { a, b, phase: rng() * 7, size: size(length, wave) }
  })
  return (x, y) => waves.reduce((sum, { a, b, phase, size }) => sum + size * Math.sin(a * x + b * y + phase), 0)
}
