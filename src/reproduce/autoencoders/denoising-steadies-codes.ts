import { rowDistances } from '../../evaluate/neighbours/row-distances.ts'
import { firstFilters } from '../../explore/first-filters.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { filterGrid } from '../measures/digit-grids.ts'
import { sampledValues } from '../measures/samples.ts'
import { meanOf, quantiles } from '../measures/statistics.ts'
import { thousandUnits } from '../models/shared-models.ts'

const [DIGITS, EPOCHS, FILTERS] = [5000, 10, 50]
const MODELS = thousandUnits(EPOCHS)
const displacement = (noise: string) =>
  `distance that ${noise} moves the codes of dae, relative to ae`

export const denoisingSteadiesCodes = defineExperiment({
  name: 'denoising-steadies-codes',
  title: 'Denoising brings the codes of clean and noisy digits closer together',
  chapter: 'Autoencoders',
  claim:
    'A denoising autoencoder encodes a corrupted digit nearer to the clean one than a plain autoencoder does.',
  source: 'Lecture, “Denoising AutoEncoder”; Vincent et al. 2010',
  settings: {
    small: {
      what: `784-1000, sigmoid, tied weights, ${EPOCHS} epochs: ae, dae with a quarter of the pixels masked, and dae with Gaussian noise of σ = 0.3. ${DIGITS} test digits, clean and corrupted: ‖h(x̃) - h(x)‖², divided by the mean of ‖h(x) - h(x′)‖² over pairs of digits, so that the scale of the code does not matter.`,
      conditions: { runs: [MODELS.ae, MODELS.masking, MODELS.gaussian], digits: DIGITS },
      minutes: 2,
      expects: {
        masking: atMost(0.9, displacement('masking')),
        gaussian: atMost(0.9, displacement('Gaussian noise')),
        ae: reported('distance that masking moves the codes of ae'),
        dae: reported('distance that masking moves the codes of dae'),
      },
    },
  },
  async run(lab) {
    const ae = await lab.trained(MODELS.ae)
    const masking = await lab.trained(MODELS.masking)
    const gaussian = await lab.trained(MODELS.gaussian)
    const data = await lab.data()
    const x = sampledValues(data, 'test', DIGITS)
    const masked = await masking.corrupt(x, lab.seed)
    const noisy = await gaussian.corrupt(x, lab.seed)
    const [aeMasked, aeNoisy] = [await moved(ae, x, masked), await moved(ae, x, noisy)]
    const [daeMasked, daeNoisy] = [await moved(masking, x, masked), await moved(gaussian, x, noisy)]
    const filters = (run: TrainedModel, name: string, caption: string) =>
      filterGrid(firstFilters(run.model, run.parameters, FILTERS)!.filters, 10, {
        name,
        alt: `Fifty weight images of ${name}`,
        caption,
      })
    return {
      numbers: {
        masking: meanOf(daeMasked) / meanOf(aeMasked),
        gaussian: meanOf(daeNoisy) / meanOf(aeNoisy),
        ae: meanOf(aeMasked),
        dae: meanOf(daeMasked),
      },
      remarks: [
        `Distance that Gaussian noise moves the codes: ${meanOf(aeNoisy).toFixed(3)} for ae, ${meanOf(daeNoisy).toFixed(3)} for dae.`,
      ],
      figures: [
        {
          kind: 'svg',
          name: 'distances',
          alt: 'Sorted distances between the codes of clean and masked digits; those of dae lie below',
          caption:
            'How far masking a quarter of the pixels moves the code of each digit, sorted for each network.',
          svg: indexPlot(
            [
              { name: 'ae', values: quantiles(aeMasked) },
              { name: 'dae', values: quantiles(daeMasked) },
            ],
            {
              title: 'Codes of masked digits',
              axes: [
                'percentile of the digits',
                'squared distance to the clean code, relative to two digits',
              ],
            },
          ),
        },
        filters(ae, 'ae', `The ${FILTERS} strongest filters of ae.`),
        filters(masking, 'masking', 'The same for dae with masking noise: strokes of digits.'),
        filters(gaussian, 'gaussian', 'The same for dae with Gaussian noise.'),
      ],
    }
  },
})

/** ‖h(x̃) - h(x)‖² of each example, divided by the mean of ‖h(x) - h(x′)‖² over consecutive examples. */
async function moved(run: TrainedModel, x: Floats, corrupted: Floats): Promise<Float64Array> {
  const codes = await run.encode(x)
  const apart = meanOf(rowDistances(codes, rotated(codes)))
  return rowDistances(await run.encode(corrupted), codes).map((distance) => distance / apart)
}

/** The rows with the first moved to the end. */
function rotated({ shape, data }: Floats): Floats {
  const width = shape[1]!
  const all = new Float32Array(data.length)
  all.set(data.subarray(width))
  all.set(data.subarray(0, width), data.length - width)
  return hostTensor('float32', shape, all)
}
