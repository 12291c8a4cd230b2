import { resolveConfig } from '../../src/app/config.ts'
import { type InMemoryOptions, startInMemory } from '../../src/app/library/in-memory.ts'
import type { Training } from '../../src/app/library/training.ts'
import { type RunFiles, readRunFiles } from '../../src/app/run/run-files.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { onnx } from '../train/onnx.ts'
import { tinyData } from '../train/tiny.ts'

/** Options of a small training of 3 epochs of 6 steps. */
export const small = {
  ...{ hidden: [9], latent: 3, activation: 'tanh', likelihood: 'bernoulli' },
  ...{ batch: 7, epochs: 3, data: 'array' },
}

/** A small training in memory. */
export async function started(
  options: Readonly<Record<string, unknown>> = {},
  control: InMemoryOptions = {},
  data: DataSet = tinyData(),
): Promise<Training> {
  const config = resolveConfig({ ...small, ...options })
  return startInMemory(config, data, onnx(), { stepsPerCall: 2, ...control })
}

/** The training of a run's files goes on. */
export async function continued(
  files: RunFiles,
  control: InMemoryOptions = {},
  data: DataSet = tinyData(),
): Promise<Training> {
  const from = await readRunFiles(files)
  return startInMemory(from.config, data, onnx(), { stepsPerCall: 2, ...control, from })
}

/** The files of a run at its end, but for what the clock has measured. */
export async function filesAtEnd(training: Training): Promise<Record<string, string>> {
  const model = await training.done
  await model.close()
  return textsOf(await training.files())
}

/** Files as text, byte by byte, but for what the clock has measured. */
export const textsOf = (files: RunFiles): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files)
      .filter(([name]) => name !== 'timings.jsonl')
      .map(([name, bytes]) => [name, Buffer.from(bytes).toString('latin1')]),
  )
