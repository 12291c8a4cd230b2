import { UserError } from '../../tensor/errors.ts'
import { hostTensor } from '../../tensor/host.ts'
import type { NamedArrays } from '../archive-roles.ts'
import type { KnownExamples } from '../examples.ts'
import { scaled } from '../rows.ts'
import { namedLabels } from './class-names.ts'
import { openPictures } from './open.ts'
import { examplesOfPictures, readingOf } from './source.ts'

/**
 * Reads the pictures of a folder, or one picture, as the examples that a model was trained on: arrays in the form of
 * its data.
 *
 * @throws UserError for pictures that do not fit it, and names of classes that it was not trained on
 */
export async function picturesAs(
  path: string,
  known: KnownExamples,
  cache: boolean,
): Promise<NamedArrays & { readonly notes: readonly string[] }> {
  const { form } = known
  if (!form)
    throw new UserError(
      `${path}: holds pictures, and the run did not record how its data was stored; give an array`,
    )
  const pictures = await openPictures(path, readingOf({}, { known }, path), cache)
  const { store, scale } = examplesOfPictures(pictures, path, {}, { known })
  const { labels } = namedLabels(pictures.listing.labels, path, known.classNames)
  return {
    // Rows that are in the order of the networks already.
    examples: hostTensor('float32', store.shape, scaled(store.data, scale), scale),
    labels: labels && hostTensor('int32', [labels.length], labels),
    notes: pictures.notes,
  }
}
