import type { Section } from '../../report/html.ts'
import type { ReportSource } from './source.ts'

/** A section of the report, and which models and data have it. */
export interface Chapter {
  /** Name of the section, shown as progress while it is written. */
  readonly what: string
  belongs(source: ReportSource): boolean
  section(source: ReportSource): Promise<Section>
}
