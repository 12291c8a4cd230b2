import { agrees, differenceText, type GoldenDifference } from '../../package/golden-differences.ts'
import { type PackageSource, readOnce } from '../../package/source.ts'
import { type Finding, verifyFiles } from '../../package/verify-files.ts'
import type { Runtime } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import {
  goldenDifferences,
  type OpenedPackage,
  type OpenOptions,
  onnxGoldenDifferences,
  openPackage,
} from './open.ts'

/** What was found when a package was checked. */
export interface Verification {
  /** Whether nothing is wrong with it. */
  readonly sound: boolean
  /** What is wrong, and what is worth knowing, file by file. */
  readonly findings: readonly Finding[]
  /** How far answers are from the goldens: of the model, and of its ONNX files. Empty where files are wrong. */
  readonly model: readonly GoldenDifference[]
  readonly onnx: readonly GoldenDifference[]
}

/**
 * Checks a package: its files against the hashes of its manifest, and what it answers against its goldens, both by its model and
 * by its ONNX files.
 *
 * @throws UserError where the source as a whole cannot be read
 */
export async function verification(
  source: PackageSource,
  openRuntime: () => Promise<Runtime> | Runtime,
  options: OpenOptions = {},
): Promise<Verification> {
  await source.list?.()
  // Each file is read once, and what is checked is what is opened.
  const read = readOnce(source)
  const findings = await verifyFiles(read, options)
  if (findings.some(({ isNote }) => !isNote)) return { sound: false, findings, model: [], onnx: [] }
  let opened: OpenedPackage | undefined
  try {
    opened = await openPackage(read, openRuntime, options)
    const model = await goldenDifferences(opened)
    const onnx = await onnxGoldenDifferences(opened)
    const wrong = [
      ...faults('goldens.safetensors', 'the model', model),
      ...faults('onnx', 'ONNX Runtime', onnx),
    ]
    return { sound: wrong.length === 0, findings: [...findings, ...wrong], model, onnx }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const found = { path: '', what: error.message, isNote: false }
    return { sound: false, findings: [...findings, found], model: [], onnx: [] }
  } finally {
    await opened?.trained.runtime.close()
  }
}

const faults = (path: string, who: string, found: readonly GoldenDifference[]): Finding[] =>
  found
    .filter((one) => !agrees(one))
    .map((one) => ({ path, what: `${who} differs: ${differenceText(one)}`, isNote: false }))
