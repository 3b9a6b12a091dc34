import type { Row } from './payload.js'

/** How a status is called, and the sign that tells it apart without colour. */
export const STATUS: Record<Row['status'], { word: string; sign: string }> = {
  error: { word: 'Error', sign: '✕' },
  warn: { word: 'Warning', sign: '!' },
  undecodable: { word: 'Cannot be read', sign: '?' },
  pass: { word: 'Passed', sign: '✓' },
  skip: { word: 'Skipped', sign: '–' },
  exempt: { word: 'Exempt', sign: '○' },
}

/** The labels, worst first; each is a fifth of the scale. */
export const LABELS = ['bad', 'poor', 'fair', 'good', 'excellent']

export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 999_950 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '.'
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function titleCase(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}
