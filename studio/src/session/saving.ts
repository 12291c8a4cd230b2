import { UserError } from 'latentlab/browser'
import type { NamedFile, SessionCalls } from '../protocol/api.ts'
import { zipped } from './archive.ts'
import { conditionsAt, type ExampleSet, splitNames } from './example-set.ts'
import { recipeOf } from './recipe.ts'
import type { CurrentView } from './view.ts'

/** What can be taken away. */
export function savingCalls(
  view: CurrentView,
): Pick<SessionCalls, 'saveRun' | 'savePackage' | 'saveTable' | 'recipe'> {
  const fileName = (): string =>
    view
      .get()
      .title.replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
  return {
    async saveRun() {
      const files = await view.get().files?.()
      if (!files) throw new UserError('this model is not that of a run; export a package instead')
      return zipped(files, fileName())
    },
    async savePackage() {
      const files = await view.use((model) => model.export({ name: fileName() }))
      return zipped(Object.fromEntries(files), `${fileName()}-package`)
    },
    async saveTable(places) {
      const set = view.examples()
      const model = await view.model()
      const labels = conditionsAt(model, set, places)
      const codes = await model.encode(await set.values(places), { labels })
      return csvOf(set, places, codes.data, model.model.latent)
    },
    async recipe() {
      const { config } = await view.model()
      return recipeOf(config, view.get().dataSource ?? { data: config.data.data })
    },
  }
}

/** Examples by their number, counted from 1 as in messages and on the page, split, label and code. */
function csvOf(
  { numbers, splits, classes, facts }: ExampleSet,
  places: Int32Array,
  codes: Float32Array,
  latent: number,
): NamedFile {
  const header = ['row', 'split', ...(classes.length > 0 ? ['label'] : [])]
  for (let i = 0; i < latent; i++) header.push(`z${i + 1}`)
  const lines = Array.from(places, (place, n) => {
    const label = classes.length > 0 ? [cell(facts[classes[place]!]!.name)] : []
    const code = Array.from(codes.subarray(n * latent, (n + 1) * latent), String)
    return [numbers[place]! + 1, splitNames[splits[place]!]!, ...label, ...code].join(',')
  })
  const text = `${[header.join(','), ...lines].join('\n')}\n`
  return { path: 'selected.csv', file: new Blob([text], { type: 'text/csv' }) }
}

const cell = (text: string): string =>
  /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
