import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { LONG_TEXT, textOf, writeAtomically } from '../../data/disk/files.ts'
import { BUDGETS, type Experiment, settingOf } from '../../reproduce/experiment.ts'
import { settingDigest } from './digests.ts'
import { judged, type Measurement, type Result } from './results.ts'

/** A number in JSON: as text where it is not finite, which JSON would make null. */
export const plainNumber = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value

const storedNumber = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number),
])

const figureText = {
  name: z.string(),
  alt: z.string(),
  caption: z.string(),
  width: z.number().exactOptional(),
}
const storedFigure = z.discriminatedUnion('kind', [
  z.object({
    ...figureText,
    kind: z.literal('png'),
    bytes: z.base64().transform((text): Uint8Array => Buffer.from(text, 'base64')),
  }),
  z.object({ ...figureText, kind: z.literal('svg'), svg: z.string() }),
])

/** The parts of a stored result that are read: the measurements. Words and verdicts are written afresh. */
const storedResult = z.object({
  name: z.string(),
  budget: z.enum(BUDGETS),
  setting: z.string(),
  seeds: z.array(z.number()).min(1),
  rows: z.array(
    z.object({
      key: z.string(),
      values: z.array(storedNumber).min(1),
      errors: z.array(storedNumber).optional(),
    }),
  ),
  remarks: z.array(z.string()),
  figures: z.array(storedFigure),
  seconds: z.number(),
})

/** Writes a result, with pictures as Base64. */
export async function writeResult(path: string, result: Result): Promise<void> {
  const figures = result.figures.map((figure) =>
    figure.kind === 'png'
      ? { ...figure, bytes: Buffer.from(figure.bytes).toString('base64') }
      : figure,
  )
  await writeAtomically(path, `${JSON.stringify({ ...result, figures }, plainNumber, 2)}\n`)
}

/**
 * A stored result, judged by the current tolerances. Undefined if there is none: no file, a damaged one, one of
 * another setting or program, or one without a number that is now expected.
 */
export async function readResult(
  path: string,
  experiment: Experiment,
): Promise<Result | undefined> {
  const text = await textOf(path, LONG_TEXT)
  const stored = storedResult.safeParse(parsed(text ?? ''))
  if (!stored.success) return undefined
  const { rows, ...result } = stored.data
  const { budget, seeds, setting } = result
  const measurements = new Map<string, Measurement>()
  for (const { key, values, errors } of rows)
    if (values.length === seeds.length) measurements.set(key, { values, errors })
  const [used, { expects }] = settingOf(experiment, budget)
  const isCurrent = used === budget && setting === settingDigest(experiment, budget)
  if (!isCurrent || !Object.keys(expects).every((key) => measurements.has(key))) return undefined
  return { ...result, ...judged(experiment, budget, Object.fromEntries(measurements)) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
