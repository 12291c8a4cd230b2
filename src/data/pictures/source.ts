import { UserError } from '../../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import type { Labelled } from '../assemble.ts'
import type { Examples, Reading } from '../examples.ts'
import { type ExampleForm, formText, kindOf, type Store, storeOf } from '../form.ts'
import { gatherRows } from '../gather-rows.ts'
import { labelsOf } from '../labels.ts'
import { namedLabels } from './class-names.ts'
import type { Listing } from './listing.ts'
import type { PackedPictures } from './packed.ts'
import { type PictureOptions, type PictureReading, pictureForm, pictureReading } from './reading.ts'

/** How pictures are read: as those that a model was trained on, or, for a new model, by the options. */
export function readingOf(
  options: PictureOptions,
  { known }: Reading,
  name: string,
): PictureReading {
  const form = known?.form
  if (!form) return pictureReading(options)
  if (form.picture) return pictureReading(form.picture)
  const channels = form.exampleShape[0]!
  if (kindOf(form) === 'table' || form.storage !== 'uint8' || !(channels === 1 || channels === 3))
    throw new UserError(`${name}: is read as pictures; expected ${formText(form)}`)
  return pictureReading({ colour: channels === 1 ? 'grey' : 'rgb' })
}

/** Pictures as examples: in the form of a model, or, for a new one, in the form that they have. */
export function examplesOfPictures(
  { rows, shape }: PackedPictures,
  name: string,
  options: PictureOptions,
  { known }: Reading,
): Examples {
  const form = known?.form ?? formOfPictures(shape, options)
  const array = hostTensor('uint8', [rows.shape[0]!, ...shape], rows.data)
  const packed = { ...form, order: 'chw', stored: form.exampleShape } as const
  return { form, store: storeOf(array, packed, name), scale: form.scale }
}

/** Pixels of pictures are always of 0 to 255, and arrays of such examples have their channels last. */
function formOfPictures(shape: PackedPictures['shape'], options: PictureOptions): ExampleForm {
  const [channels, height, width] = shape
  const isGrey = channels === 1
  return {
    order: isGrey ? 'hw' : 'hwc',
    stored: isGrey ? [height, width] : [height, width, channels],
    exampleShape: shape,
    storage: 'uint8',
    scale: 1 / 255,
    range: [0, 255],
    picture: pictureForm(options, isGrey ? 'grey' : 'rgb'),
  }
}

/**
 * Pictures as the parts of a data set, with the labels and splits that their folder states.
 *
 * @param given labels of all pictures from elsewhere, instead
 * @throws UserError for pictures that do not fit the known form, and labels that are not known classes
 */
export function partsOfPictures(
  pictures: PackedPictures & { readonly listing: Pick<Listing, 'labels' | 'splits'> },
  name: string,
  options: PictureOptions,
  reading: Reading,
  given?: { readonly labels: HostTensor; readonly labelsName: string },
): { readonly main: Labelled; readonly test?: Labelled | undefined } {
  const { splits } = pictures.listing
  const examples = examplesOfPictures(pictures, name, options, reading)
  const labels = given
    ? {
        labels: labelsOf(given.labels, given.labelsName, examples.store.shape[0]!, name),
        labelsName: given.labelsName,
      }
    : {
        ...namedLabels(pictures.listing.labels, name, reading.known?.classNames),
        labelsName: `${name}, labels`,
      }
  const all: Labelled = { name, examples, ...labels, notes: pictures.notes }
  if (!splits) return { main: all }
  const rowsOf = (wanted: (split: string) => boolean) =>
    splits.flatMap((split, row) => (wanted(split) ? [row] : []))
  const main = rowsOf((split) => split !== 'test')
  if (main.length === 0)
    throw new UserError(`${name}: all pictures are in the test split; expected some in train`)
  const validation = Int32Array.from(
    main.flatMap((row, position) => (splits[row] === 'validation' ? [position] : [])),
  )
  return {
    main: { ...part(all, main), ...(validation.length > 0 && { validation }) },
    test:
      main.length < splits.length
        ? {
            ...part(
              all,
              rowsOf((split) => split === 'test'),
            ),
            name: `${name}, test`,
            notes: [],
          }
        : undefined,
  }
}

/** Some rows, in order; without a copy if they follow each other. */
function part(all: Labelled, rows: readonly number[]): Labelled {
  const { store } = all.examples
  const [first = 0] = rows
  const follow = rows.at(-1)! - first === rows.length - 1
  const width = store.shape[1]!
  const pixels = store.data as Uint8Array
  const chosen = follow
    ? hostTensor(
        'uint8',
        [rows.length, width],
        pixels.subarray(first * width, (first + rows.length) * width),
      )
    : (gatherRows<'uint8' | 'float32'>(store, rows) as Store)
  return {
    ...all,
    examples: { ...all.examples, store: chosen },
    labels: all.labels && Int32Array.from(rows, (row) => all.labels![row]!),
  }
}

/**
 * Refuses options of pictures for other data, and those of arrays for pictures.
 *
 * @param name of the data, for messages
 */
export function requirePictureOptions(
  options: PictureOptions & { readonly layout?: string | undefined },
  hasPictures: boolean,
  name: string,
): void {
  if (hasPictures && options.layout !== undefined)
    throw new UserError(
      `layout: is for arrays, and ${name} holds pictures, whose layout is known; leave this out`,
    )
  if (hasPictures) pictureReading(options)
  for (const field of ['size', 'fit', 'colour', 'ground'] as const)
    if (!hasPictures && options[field] !== undefined)
      throw new UserError(
        `${field}: is used only with pictures, and the data is ${name}; leave it out`,
      )
}
