import type { Section } from '../../report/html.ts'
import type { KeyFigure, Remark } from '../../report/verdict.ts'
import { counted } from '../../tensor/numbers.ts'
import { inFlags } from '../doctor/advice.ts'
import type { Diagnosis } from '../doctor/doctor.ts'
import type { Finding } from '../doctor/finding.ts'

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
    remarks: findings.map(remarkOf),
    keyFigures: figures,
    figures: [],
  }
}

/** A finding with its advice, or with the finding that explains it. */
function remarkOf(finding: Finding): Remark {
  const { name, what, cause, try: advice, options } = finding
  if (cause) return { name, text: `${what} This may follow from ${cause}.` }
  return options
    ? { name, text: what, code: inFlags(finding).try }
    : { name, text: `${what} Try to ${advice}.` }
}
