import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRunData } from '../../../src/app/run/data-source.ts'
import { readCheckpoint, readConfig } from '../../../src/app/run/folder.ts'
import { type Evaluation, evaluate } from '../../../src/evaluate/evaluate.ts'
import type { FeatureSpace } from '../../../src/evaluate/generation/feature-space.ts'
import type { Group } from '../../../src/evaluate/ledger/groups.ts'
import type { EvaluationOptions } from '../../../src/evaluate/options.ts'
import { modelNamed } from '../../../src/models/registry.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../../src/tensor/host.ts'
import { build, parametersIn } from '../../../src/train/build.ts'
import { trainedModel } from '../../../src/train/trained.ts'
import { onnx } from '../../train/onnx.ts'

/** A figure of the twin: of a drawn one, what it is on average and the standard error of the draws. */
export interface Expected {
  readonly value: number
  readonly error?: number
  /** Another figure whose own error of the draws adds to this one's; `itself` where it is the figure's own. */
  readonly errorOf?: string
}

interface Golden {
  /** By run, group and the figure's name. */
  readonly figures: Record<string, Record<string, Record<string, Expected>>>
  /** By run and the figure's name: figures that depend on the whole split at once. */
  readonly smallSplit: Record<string, Record<string, Expected>>
}

const here = import.meta.dirname

export const golden = JSON.parse(readFileSync(join(here, 'twin.golden.json'), 'utf8')) as Golden

export const GROUPS = [
  'loss',
  'reconstruction',
  'likelihood',
  'representation',
  'manifold',
  'generation',
  'anomaly',
] as const satisfies readonly Group[]

/** The first four columns, in place of a classifier's features. */
const firstColumns = async (): Promise<FeatureSpace> => ({
  name: 'the first four columns',
  key: 'columns',
  parameters: {},
  features: async ({ shape, data }: HostTensor<'float32'>) => {
    const [count, width] = shape as readonly [number, number]
    return hostTensor(
      'float32',
      [count, 4],
      data.filter((_, at) => at % width < 4),
    )
  },
  async classify() {
    throw new Error('nothing is classified')
  },
  close: async () => {},
})

/** Evaluates a fixture run, made by an older version, on its test split. */
export async function evaluated(
  name: string,
  measure: readonly Group[],
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-twin-'))
  try {
    cpSync(join(here, 'trained', name), folder, { recursive: true })
    // The place of the data is not part of the fixture.
    const file = join(folder, 'config.json')
    const text = readFileSync(file, 'utf8').replaceAll('"data/', `"${join(here, 'data')}/`)
    writeFileSync(file, text)
    const config = await readConfig(folder)
    const checkpoint = await readCheckpoint(folder, 'last')
    const data = await openRunData(config, folder)
    const { exampleShape } = data
    const info = { ...config.example!, dimension: sizeOf(exampleShape) }
    const model = build(modelNamed(config.model), config.options, info)
    const parameters = parametersIn(model, checkpoint!.arrays)
    const trained = trainedModel(onnx(), model, parameters)
    return await evaluate(trained, data, 'test', config.train.seed, {
      measure,
      normal: [0],
      featureSpace: firstColumns,
      ...options,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
