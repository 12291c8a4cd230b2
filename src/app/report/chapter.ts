import type { Section } from '../../report/html.ts'
import type { ReportSource } from './source.ts'

/** A section that belongs to some models and data, and whether it does. */
export interface Chapter {
  /** What is under way while it is written. */
  readonly what: string
  belongs(source: ReportSource): boolean
  section(source: ReportSource): Promise<Section>
}
