import { styleTransfer as decodedAsEveryClass } from '../../explore/style-transfer.ts'
import { encodePng, imageGrid, placeBeside } from '../../report/pixels.ts'
import { counted } from '../../tensor/numbers.ts'
import { hasCode } from '../../train/capabilities.ts'
import type { Chapter } from './chapter.ts'
import { isPicture, picturesAcross, representatives, testExamples, testLabels } from './source.ts'

const EXAMPLES = 10
const COLUMN_GAP = 6

/** The code of one image decoded under every label. */
export const styleTransfer: Chapter = {
  what: 'style transfer',
  belongs: ({ run, data }) =>
    run.model.labels === 'condition' && hasCode(run.model) && isPicture(data),
  async section({ run, data }) {
    const { exampleShape, dimension, classes } = run.model.info
    const labels = Math.max(1, Math.min(classes!, picturesAcross(exampleShape, 16) - 1))
    const indices = representatives(data, EXAMPLES)
    const x = testExamples(data, indices)
    const { values, classLabels } = await decodedAsEveryClass(run, x, testLabels(data, indices)!)
    const kept = values.data.filter((_, at) => Math.floor(at / dimension) % classes! < labels)
    const pictures = [
      imageGrid(x.data, exampleShape, { columns: 1 }),
      imageGrid(kept, exampleShape, { columns: labels }),
    ]
    return {
      id: 'style-transfer',
      title: 'Style transfer',
      caption:
        'What the code holds besides the class. Each test image is encoded under its own label and decoded under every label. Look along a row: slant, width and weight of the stroke should stay while the class changes.',
      figures: [
        {
          kind: 'png',
          name: 'style-transfer',
          bytes: encodePng(placeBeside(pictures, { gap: COLUMN_GAP })),
          alt: `${counted(indices.length, 'test image')} in a column, each followed by its code decoded under ${counted(labels, 'label')}`,
          caption: `First column: test images${classes === EXAMPLES ? ', the first of each class' : ''}. Then the mean code of each, decoded under label ${classLabels[0]} to ${classLabels[labels - 1]} from left to right${labels < classes! ? ` (of ${classes})` : ''}; under its own label it is the reconstruction.`,
        },
      ],
    }
  },
}
