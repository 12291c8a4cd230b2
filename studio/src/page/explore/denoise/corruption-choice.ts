import { signal } from '@preact/signals'
import type { PictureCorruption, RowCorruption } from './corrupted.ts'

/** The corruption of pictures, and that of rows. */
export const pictureCorruption = signal<PictureCorruption>('masking')
export const rowCorruption = signal<RowCorruption>('masking')

export const strengths = signal<Readonly<Record<PictureCorruption | RowCorruption, number>>>({
  masking: 0.3,
  gaussian: 0.3,
  'salt-pepper': 0.2,
  swap: 0.3,
})

/** Of the noise. */
export const seed = signal(0)
