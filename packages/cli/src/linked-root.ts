import { realpathSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/**
 * Makes what names a file, or a folder, as it lies below the root, also where it was come by through a link to the root or to
 * a folder above it: rules and baselines know it by that name. What lies elsewhere keeps its name.
 *
 * @param root absolute, as what is named by it
 */
export function placeBelow(root: string): (file: string) => string {
  const below = root.endsWith(sep) ? root : `${root}${sep}`
  const real = realOf(root)
  const known = new Map<string, string | undefined>()
  /** The folder above a path, or itself, that is the root by another name. */
  const otherRoot = (path: string): string | undefined => {
    if (known.has(path)) return known.get(path)
    const parent = dirname(path)
    const found = realOf(path) === real ? path : parent === path ? undefined : otherRoot(parent)
    known.set(path, found)
    return found
  }
  return (file) => {
    const other = file.startsWith(below) ? undefined : otherRoot(file)
    return other === undefined ? file : join(root, relative(other, file))
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
