import { binaryCodes } from './binary-section.ts'
import type { Chapter } from './chapter.ts'
import { codes } from './codes-section.ts'
import { components } from './components-section.ts'
import { detection } from './detection-section.ts'
import { filters } from './filters-section.ts'
import { interpolation } from './interpolation-section.ts'
import { jacobian } from './jacobian-section.ts'
import { manifold } from './manifold-section.ts'
import { denoising, reconstructions } from './reconstruction-section.ts'
import { samples } from './sample-section.ts'
import { styleTransfer } from './style-section.ts'
import { columnReconstruction } from './table/column-errors-section.ts'
import { columns } from './table/columns-section.ts'
import { distributions } from './table/distributions-section.ts'
import { oddest } from './table/oddest-section.ts'

/** Sections about what a model does with examples and codes, in the order of the report. */
export const CHAPTERS: readonly Chapter[] = [
  detection,
  columns,
  columnReconstruction,
  reconstructions,
  denoising,
  distributions,
  samples,
  styleTransfer,
  manifold,
  codes,
  binaryCodes,
  interpolation,
  components,
  filters,
  jacobian,
  oddest,
]
