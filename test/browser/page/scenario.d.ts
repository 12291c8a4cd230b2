import type { Training } from '../../src/app/library/training.ts'
import type { RunFiles } from '../../src/app/run/run-files.ts'
import type { Runtime } from '../../src/runtime/session.ts'
import type { HostTensor } from '../../src/tensor/host.ts'
import type { Library, nodeLibrary } from '../library.ts'

type Lab = Library | Awaited<ReturnType<typeof nodeLibrary>>

export function bars(
  lab: Lab,
  count: number,
): { readonly data: HostTensor<'uint8'>; readonly labels: Int32Array }

export interface Stepwise {
  readonly objectives: number[]
  readonly parameters: Record<string, number[]>
}

export function trainStepwise(lab: Lab, runtime: Runtime): Promise<Stepwise & { hash: string }>

export function trainMembers(
  lab: Lab,
  runtime: Runtime,
  members: readonly (object & { title: string })[],
): Promise<Record<string, Stepwise>>

export function randomNumbers(
  lab: Lab,
  runtime: Runtime,
): Promise<{ integers: string[]; normals: number[] }>

export interface Explored {
  readonly epoch: number
  readonly objective: number
  readonly figures: string[]
  readonly codes: number[]
  readonly reconstructed: number[]
  readonly samples: number[]
  readonly manifold: number[]
  readonly path: number[]
  readonly png: number[]
}

export function trainAndExplore(
  lab: Lab,
  more: object,
  finish: (trained: never, data: never) => unknown,
): Promise<Explored>

export function trainBySteps(
  lab: Lab,
  device: 'cpu' | 'webgpu',
  more?: object,
): Promise<{
  readonly training: Training
  readonly data: HostTensor<'uint8'>
  readonly objectives: number[]
  readonly half: RunFiles
  readonly codes: number[]
}>

export function ticksDuringCall(
  lab: Lab,
  runtime: Runtime,
): Promise<{ ticks: number; milliseconds: number }>
