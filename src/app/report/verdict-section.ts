import type { Section } from '../../report/html.ts'
import type { KeyFigure } from '../../report/verdict.ts'
import { counted } from '../../tensor/numbers.ts'
import type { Diagnosis } from '../doctor/doctor.ts'

/** Whether the model is any good: what the doctor found, and the figures to look at first. */
export function verdictSection(
  { findings, checks }: Diagnosis,
  figures: readonly KeyFigure[],
): Section {
  const made = counted(checks, 'check')
  return {
    id: 'verdict',
    title: 'Verdict',
    caption:
      findings.length === 0
        ? `The doctor found nothing wrong in ${made}.`
        : `The doctor found ${counted(findings.length, 'problem')} in ${made}:`,
    remarks: findings.map((finding) => ({
      name: finding.name,
      text: finding.what,
      code: finding.try,
    })),
    keyFigures: figures,
    figures: [],
  }
}
