import { effect, signal } from '@preact/signals'
import { pause } from '../../pause.ts'
import type { ModelSummary, TableCells } from '../../protocol/api.ts'
import { latest } from '../latest.ts'
import { session } from '../session.ts'
import { decodedLabel, model, parameters, points } from '../state.ts'
import { FOLLOWED, followedPlaces } from './followed-places.ts'

export interface LiveAnswers {
  /** Of the model whose answers they are. */
  readonly title: string
  readonly inputs?: Float32Array
  readonly outputs?: Float32Array
  readonly samples?: Float32Array
  /** Of a table, in the units of its file. */
  readonly rows?: {
    readonly inputs: readonly TableCells[]
    readonly outputs: readonly TableCells[]
  }
}

/** What the model of now makes of a few examples, and of a few codes. */
export const live = signal<LiveAnswers | undefined>(undefined)

/** Whether somebody looks. */
export const isFollowed = signal(false)

/** Milliseconds between two askings. */
const REST = 1000
/** Of the codes of samples, so that the same ones are seen to change. */
const SEED = 1

const refresh = latest(async (shown: ModelSummary) => {
  const begun = performance.now()
  try {
    const answers = await ask(shown)
    if (model.peek()?.title === shown.title) live.value = answers
  } catch (error) {
    // A model may change or close meanwhile; the next asking counts.
    console.debug(error)
  }
  await pause(REST - (performance.now() - begun))
})

effect(() => {
  void parameters.value
  const shown = model.value
  if (shown?.source === 'training' && isFollowed.value) void refresh(shown)
})

async function ask(shown: ModelSummary): Promise<LiveAnswers> {
  const { title, can, columns, picture, examples } = shown
  const canReconstruct = (can.encode && can.decode) || can.denoise
  const inputs = canReconstruct && examples > 0 ? await followed(shown) : undefined
  const outputs = inputs && (await session.reconstruct(inputs, labelsOf(shown)))
  const samples =
    can.sample && picture ? await session.sample(FOLLOWED, SEED, decodedLabel.peek()) : undefined
  const rows =
    columns && inputs && outputs
      ? { inputs: await session.rows(inputs.slice()), outputs: await session.rows(outputs.slice()) }
      : undefined
  return {
    title,
    ...(inputs && { inputs }),
    ...(outputs && { outputs }),
    ...(samples && { samples }),
    ...(rows && { rows }),
  }
}

let kept:
  | { readonly title: string; readonly values: Float32Array; readonly places: Int32Array }
  | undefined

async function followed({ title, examples }: ModelSummary): Promise<Float32Array> {
  if (kept?.title !== title) {
    const places = followedPlaces(examples, points.peek()?.splits)
    kept = { title, places, values: await session.examples(places.slice()) }
  }
  return kept.values.slice()
}

/** Labels of the followed examples, for a model that sees them. */
function labelsOf({ can, classes }: ModelSummary): Int32Array | undefined {
  const known = points.peek()
  if (!can.labels || !classes || !known || known.classes.length === 0 || !kept) return undefined
  return kept.places.map((place) => classes[known.classes[place]!]!.label)
}
