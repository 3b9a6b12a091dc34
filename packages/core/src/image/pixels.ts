/** Decoded pixels: 8 bits a sample, sRGB, no alpha, upright. */
export interface Pixels {
  /** Shape `[height, width, channels]`, row by row. */
  data: Uint8Array
  width: number
  height: number
  /** 3 for RGB, 1 for gray. */
  channels: 1 | 3
}
