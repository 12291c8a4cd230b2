import { UserError } from '../../tensor/errors.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { option, worded } from '../../tensor/wording.ts'
import { labelled, labelledTest, type Source, testReading } from '../assemble.ts'
import type { Reading } from '../examples.ts'
import { readExamples, readLabels } from '../named.ts'
import type { SplitOptions } from '../split-options.ts'
import { isPictures } from './is-pictures.ts'
import { openPictures } from './open.ts'
import type { PictureOptions } from './reading.ts'
import { partsOfPictures, readingOf } from './source.ts'

/** Examples of which some are pictures. */
export interface PictureSetOptions extends PictureOptions, Reading, Pick<SplitOptions, 'normal'> {
  readonly data: string | HostTensor
  readonly labels?: string | HostTensor | undefined
  readonly testData?: string | HostTensor | undefined
  readonly testLabels?: string | HostTensor | undefined
  /** Rows to be set aside for testing. */
  readonly test?: number | undefined
  /** Whether decoded pictures of large folders are kept in the cache; by default they are. */
  readonly cache?: boolean | undefined
}

/**
 * Opens the examples, and then those of the test set in their form, where one or both are pictures.
 *
 * @throws UserError for pictures that cannot be read or do not fit together, and two test sets
 */
export async function openPictureSet(options: PictureSetOptions): Promise<Source> {
  const { data, labels, testData, testLabels, test: cut } = options
  const name = typeof data === 'string' ? data : 'array'
  const { main, test } = await openPart('data', data, labels, options)
  if (test && testData !== undefined)
    throw new UserError(
      worded`${option('testData')}: ${name} has a test set of its own; leave this out`,
    )
  if (test && cut !== undefined)
    throw new UserError(
      `test: ${cut} rows were to be set aside for testing, but ${name} has a test set already; leave this out`,
    )
  if (testData === undefined) return { name, main, test }
  const reading = testReading(main, options)
  const opened = await openPart('testData', testData, testLabels, { ...options, ...reading })
  return { name, main, test: opened.main }
}

/** Opens a file, a folder or an array, with its labels. */
async function openPart(
  field: 'data' | 'testData',
  data: string | HostTensor,
  labels: string | HostTensor | undefined,
  options: PictureSetOptions,
): Promise<Pick<Source, 'main' | 'test'>> {
  const name = typeof data === 'string' ? data : field
  const given = typeof labels === 'string' ? await readLabels(labels) : labels
  const own = field === 'data' ? 'labels' : 'testLabels'
  const labelsName = typeof labels === 'string' ? labels : given ? own : `${name}, labels`
  if (typeof data === 'string' && isPictures(data)) {
    const { cache = true } = options
    const pictures = await openPictures(data, readingOf(options, options, data), cache)
    return partsOfPictures(pictures, name, options, options, given && { labels: given, labelsName })
  }
  const read = typeof data === 'string' ? await readExamples(data) : { examples: data }
  const named = { name, array: read.examples, labelsName, labels: given ?? read.labels }
  return { main: field === 'data' ? labelled(named, options) : labelledTest(named, options) }
}
