import type { PictureData } from './payload.js'

let data: PictureData[] | undefined

function picture(index: number | undefined, which: 0 | 1 | 2): string | undefined {
  if (index === undefined) return undefined
  data ??= JSON.parse(document.getElementById('pictures')!.textContent!) as PictureData[]
  const base64 = data[index]?.[which]
  return base64 ? `data:image/webp;base64,${base64}` : undefined
}

export function thumbnail(index: number | undefined): string | undefined {
  return picture(index, 0)
}

/** The largest picture that there is. */
export function preview(index: number | undefined): string | undefined {
  return picture(index, 1) ?? picture(index, 0)
}

export function heatMap(index: number | undefined): string | undefined {
  return picture(index, 2)
}
