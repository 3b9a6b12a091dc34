import { FAULTS } from '@diqa/core/model'
import type { StoredImage } from '../store/store.js'
import type { DistortionName } from './step.js'

/** What is most wrong with a picture that was distorted like this. */
export const FAULT_OF: Record<DistortionName, (typeof FAULTS)[number] | undefined> = {
  none: 'none',
  jpeg: 'compression',
  webp: 'compression',
  avif: 'compression',
  'double-compression': 'compression',
  upscaling: 'blur',
  blur: 'blur',
  'motion-blur': 'blur',
  noise: 'noise',
  specks: 'noise',
  palette: 'banding',
  banding: 'banding',
  'over-sharpening': 'over-sharpening',
  // Several at once: which of them is worst, nobody knows.
  chain: undefined,
  'soft-chain': undefined,
}

/** Truth from which no fault stands out, and below which the one that was made does. */
const CLEAN = 85
const FAULTY = 70

/** Index into FAULTS of what a picture of our own distortions must be called, or −1 where there is no right answer. */
export function faultOf({ distortion, quality }: Pick<StoredImage, 'distortion' | 'quality'>): number {
  if (distortion === undefined || quality === undefined) return -1
  if (quality >= CLEAN) return FAULTS.indexOf('none')
  const fault = quality < FAULTY ? FAULT_OF[distortion as DistortionName] : undefined
  return fault === undefined ? -1 : FAULTS.indexOf(fault)
}
