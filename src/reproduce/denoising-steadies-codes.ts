import { rowDistances } from '../evaluate/neighbours/row-distances.ts'
import { firstFilters } from '../explore/first-filters.ts'
import { indexPlot } from '../report/index-plot.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { filterGrid } from './digit-rows.ts'
import { atMost, reported } from './expectation.ts'
import { defineExperiment } from './experiment.ts'
import type { TrainedRun } from './laboratory.ts'
import { meanOf, quantiles, sampledValues } from './measures.ts'
import { thousandUnits } from './shared-models.ts'

const [DIGITS, EPOCHS, FILTERS] = [5000, 10, 50]
const MODELS = thousandUnits(EPOCHS)
const RATIO = 'how far it moves the codes of dae, as a ratio to those of ae'

export const denoisingSteadiesCodes = defineExperiment({
  name: 'denoising-steadies-codes',
  title: 'Denoising brings the codes of clean and noisy digits nearer to each other',
  chapter: 'Autoencoders',
  claim:
    'The code that a denoising autoencoder gives a corrupted digit is nearer to that of the clean one than in an autoencoder.',
  source: 'Lecture, “Denoising AutoEncoder”; Vincent et al. 2010',
  settings: {
    small: {
      what: `784-1000, sigmoid, tied weights, ${EPOCHS} epochs: ae, dae with a quarter of the pixels masked, dae with Gaussian noise of σ = 0.3. ${DIGITS} test digits and the same corrupted: ‖h(x̃) - h(x)‖², divided by the mean of ‖h(x) - h(x′)‖² over different digits, so that the scale of a code does not count.`,
      conditions: { runs: [MODELS.ae, MODELS.masking, MODELS.gaussian], digits: DIGITS },
      minutes: 2,
      expects: {
        masking: atMost(0.9, `masking noise: ${RATIO}`),
        gaussian: atMost(0.9, `Gaussian noise: ${RATIO}`),
        ae: reported('masking noise: distance of codes of ae'),
        dae: reported('masking noise: distance of codes of dae'),
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
    const filters = (run: TrainedRun, name: string, caption: string) =>
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
        `Gaussian noise: ${meanOf(aeNoisy).toFixed(3)} for ae, ${meanOf(daeNoisy).toFixed(3)} for dae.`,
      ],
      figures: [
        {
          kind: 'svg',
          name: 'distances',
          alt: 'Sorted distances between codes of clean and masked digits; those of dae lie below',
          caption:
            'How far masking a quarter of the pixels moves each digit’s code, each network’s sorted.',
          svg: indexPlot(
            [
              { name: 'ae', values: quantiles(aeMasked) },
              { name: 'dae', values: quantiles(daeMasked) },
            ],
            {
              title: 'Codes of masked digits',
              axes: [
                'percentile of the digits',
                'distance to the clean one’s, of that of two digits',
              ],
            },
          ),
        },
        filters(ae, 'ae', `The ${FILTERS} strongest filters of ae.`),
        filters(masking, 'masking', 'Of dae with masking noise: strokes of digits.'),
        filters(gaussian, 'gaussian', 'Of dae with Gaussian noise.'),
      ],
    }
  },
})

/** ‖h(x̃) - h(x)‖² of each example, divided by the mean of ‖h(x) - h(x′)‖² over neighbours in the order. */
async function moved(
  run: TrainedRun,
  x: HostTensor<'float32'>,
  corrupted: HostTensor<'float32'>,
): Promise<Float64Array> {
  const codes = await run.encode(x)
  const apart = meanOf(rowDistances(codes, rotated(codes)))
  return rowDistances(await run.encode(corrupted), codes).map((distance) => distance / apart)
}

/** The rows with the first one last. */
function rotated({ shape, data }: HostTensor<'float32'>): HostTensor<'float32'> {
  const width = shape[1]!
  const all = new Float32Array(data.length)
  all.set(data.subarray(width))
  all.set(data.subarray(0, width), data.length - width)
  return hostTensor('float32', shape, all)
}
