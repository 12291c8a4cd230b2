import type { DataSet } from '../../data/dataset.ts'
import { classLabelsOf, classesText as listed } from '../../data/labels.ts'
import { pathNames } from '../../explore/code-paths.ts'
import { STEPS } from '../../explore/defaults.ts'
import { UserError } from '../../tensor/errors.ts'
import { hostTensor } from '../../tensor/host.ts'
import { defineCommand } from '../command.ts'
import { integer, oneOf, text } from '../flags.ts'
import { isConditional, labelFlag, labelOf } from '../label-flags.ts'
import { openOutput, writeExamples } from '../output-file.ts'
import { dataFlags, dataSource, runFlags, runSubject, withRun } from '../run-command.ts'
import { print, printJson } from '../terminal.ts'

const end = (which: string) => ({
  class: text(
    'LABEL',
    `class of the ${which} example, by label or name; the example is the first of this class in the test split`,
  ),
  index: integer({ low: 0 }, `index of the ${which} example in the test split, counted from 0`),
})
const [first, last] = [end('first'), end('last')]

/** An end of the path: a class or an index, and the name of its flags. */
interface End {
  readonly label: string | undefined
  readonly index: number | undefined
  readonly flag: string
  /** The index if neither is given. */
  readonly otherwise: number
}

/** The class of an example: its label, and its name if classes have names. */
interface ClassTexts {
  readonly number: number
  readonly name: string | undefined
}

/** The index of an end in the test split. */
function indexOf(
  { label, index, flag, otherwise }: End,
  classes: readonly ClassTexts[] | undefined,
  rows: number,
): number {
  if (label !== undefined && index !== undefined)
    throw new UserError(`--${flag} and --${flag}-index: give one of them`)
  if (label === undefined) {
    const given = index ?? otherwise
    if (given < rows) return given
    throw new UserError(
      `--${flag}-index ${given}: the test split has ${rows} examples, counted from 0`,
    )
  }
  if (!classes)
    throw new UserError(
      `--${flag} ${label}: the run's data has no labels; choose by index, with --${flag}-index`,
    )
  const named = classes.findIndex(({ name }) => name === label)
  const found = named >= 0 ? named : classes.findIndex(({ number }) => String(number) === label)
  if (found >= 0) return found
  const names = new Map(classes.map(({ number, name }) => [number, name ?? number]))
  const inOrder = [...names].sort(([a], [b]) => a - b).map(([, name]) => name)
  throw new UserError(
    `--${flag} ${label}: no test example is of that class (classes: ${listed(inOrder)})`,
  )
}

/** Where nobody says where to write. */
const PRESET = 'path.png'

export const interpolation = defineCommand({
  subject: runSubject,
  flags: {
    from: first.class,
    to: last.class,
    fromIndex: first.index,
    toIndex: last.index,
    label: labelFlag('class that the whole path is decoded as'),
    steps: integer({ low: 2, high: 10_000 }, 'steps, both ends included', STEPS),
    along: oneOf(
      pathNames,
      'path between the two codes: a straight line, or an arc of a sphere about the origin',
      'line',
    ),
    out: text('FILE', 'output file: .png, .npy or .csv', PRESET),
    ...dataFlags,
    ...runFlags,
  },
  notes:
    'A .png file shows the decoded path between the two codes, and below it the path between the two examples themselves. The codes are on a straight line, or with --along sphere on an arc about the origin, near which codes of a standard normal prior of many dimensions lie. The other formats hold the decoded path. Without --from and --to, the path joins the first two test examples. A model that is conditioned on labels decodes each half of the path as the class of the nearer example, unless --label chooses one class for the whole path.',
  examples: ['latentlab interpolate runs/vae --from 3 --to 8 --steps 11 --out path.png'],
  async run(input) {
    const { subject, flags } = input
    const output = openOutput(flags.out, ['png', 'npy', 'csv'], PRESET)
    const { steps } = flags
    const { indices, classes } = await withRun(
      { ...input, source: dataSource(flags) },
      async (run) => {
        const label = labelOf(run, flags.label)
        const data = await run.data()
        const chosen = await endIndices(data, flags)
        const { splitLabels, splitValues } = await import('../../data/rows.ts')
        const { interpolate, walkClasses } = await import('../../explore/interpolation.ts')
        const [a, b] = chosen.map((index) => {
          const { data: values } = splitValues(data, 'test', [index])
          return hostTensor('float32', [values.length], values)
        })
        const known = splitLabels(data, 'test')
        const labels = isConditional(run)
          ? { from: known![chosen[0]]!, to: known![chosen[1]]!, along: label }
          : undefined
        const { latent, pixel } = await interpolate(run, a!, b!, steps, labels, flags.along)
        const { info } = run.model
        const { exampleShape } = info
        output.fit(info)
        if (output.format !== 'png') await writeExamples(output, latent, info, steps)
        else {
          const { encodePng, imageGrid, stackPictures } = await import('../../report/pixels.ts')
          const rows = [latent, pixel].map((path) =>
            imageGrid(path.data, exampleShape, { columns: steps }),
          )
          await output.write(encodePng(stackPictures(rows, { gap: 4 })))
        }
        return { indices: chosen, classes: labels && Array.from(walkClasses(labels, steps)) }
      },
    )
    const [from, to] = indices
    if (flags.json)
      return printJson({
        run: subject,
        fromIndex: from,
        toIndex: to,
        steps,
        along: flags.along,
        labels: classes,
        out: output.path,
      })
    const as = classes ? `, decoded as ${classesText(classes)}` : ''
    print(`${steps} steps from test example ${from} to test example ${to}${as}: ${output.path}`)
  },
})

/** `class 3`, or `class 3 up to step 6 and as class 8 from then on`. */
function classesText(classes: readonly number[]): string {
  const [from, to] = [classes[0]!, classes.at(-1)!]
  if (from === to) return `class ${from}`
  return `class ${from} up to step ${classes.indexOf(to)} and as class ${to} from then on`
}

interface Ends {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly fromIndex: number | undefined
  readonly toIndex: number | undefined
}

async function endIndices(data: DataSet, ends: Ends): Promise<[number, number]> {
  const { splitLabels } = await import('../../data/rows.ts')
  const known = classLabelsOf(data)
  const classes = splitLabels(data, 'test')?.map((number) => ({
    number,
    name: data.classNames?.[known.indexOf(number)],
  }))
  const rows = data.splits.test.rows.length
  const from = { label: ends.from, index: ends.fromIndex, flag: 'from', otherwise: 0 }
  const to = { label: ends.to, index: ends.toIndex, flag: 'to', otherwise: 1 }
  return [indexOf(from, classes, rows), indexOf(to, classes, rows)]
}
