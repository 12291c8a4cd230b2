import { evenly } from '../../data/indices.ts'
import { formatFigure } from '../../evaluate/ledger/entry.ts'
import { jacobianSpectrum } from '../../evaluate/manifold/jacobian-spectrum.ts'
import { indexPlot } from '../../report/index-plot.ts'
import { counted } from '../../tensor/numbers.ts'
import type { Run } from '../run/load.ts'
import type { Chapter } from './chapter.ts'
import { type ReportSource, runNames, testExamples, testLabels } from './source.ts'
import { testRowsRemark } from './test-rows.ts'

/** Most test examples whose Jacobians are computed; fewer if their eigenvalues take long. */
const MOST_EXAMPLES = 200
/** Operations that take a few seconds. */
const WORK = 3e9
/** Eigenvalues of a matrix of this size take seconds for one example. */
const WIDEST = 512
const NARROWEST = 3

/** How much the code changes with the example: singular values of the encoder's Jacobian. */
export const jacobian: Chapter = {
  what: 'Jacobian of the encoder',
  // Not for a closed form, whose code is linear along orthonormal directions.
  belongs: ({ run }) => run.model.fit === undefined && hasSpectrum(run),
  async section(source) {
    const names = runNames(source)
    const { run, beside } = source
    const spectra = [{ name: names[0], ...(await spectrumOf(run, source)) }]
    const shown = [{ name: names[0], run }]
    if (beside && hasSpectrum(beside)) {
      spectra.push({ name: names[1], ...(await spectrumOf(beside, source)) })
      shown.push({ name: names[1], run: beside })
    }
    return {
      id: 'jacobian',
      title: 'Sensitivity of the code',
      caption: `Singular values of the encoder's Jacobian ∂z/∂x at test examples: how far the code moves for a small change of the example, first in the direction that moves it most, then in the next direction at right angles, and so on. A curve that falls early means that the code responds to only a few directions, those along which examples differ, and contracts all others. ${[...spectra.map(norms), testRowsRemark(shown)].filter(Boolean).join(' ')}`,
      figures: [
        {
          kind: 'svg',
          name: 'jacobian',
          svg: indexPlot(spectra, {
            title: "Singular values of the encoder's Jacobian",
            axes: [
              'singular value, by decreasing size',
              'change of the code per change of the example',
            ],
            logarithmic: true,
          }),
          alt: `Singular values of the Jacobian of ${spectra.map(({ name }) => name).join(' and ')}, falling`,
          caption: `Means over ${[...new Set(spectra.map(({ examples }) => counted(examples, 'test example')))].join(' and ')}, each value ranked within its example (Rifai et al. 2011). The scale is that of the code: a code of larger numbers has larger singular values, so compare the heights of two curves only if both codes have the same activation, and otherwise their shapes.`,
        },
      ],
    }
  },
}

interface Spectrum {
  readonly name: string
  readonly values: Float64Array
  readonly examples: number
}

function hasSpectrum({ model: { posterior, latent, info } }: Run): boolean {
  const count = Math.min(latent, info.dimension)
  return posterior !== undefined && count >= NARROWEST && count <= WIDEST
}

async function spectrumOf(run: Run, { data }: ReportSource) {
  const { latent, info } = run.model
  const count = Math.min(latent, info.dimension)
  const perExample = latent * info.dimension * (count + 50) + 30 * count ** 3
  const most = Math.max(1, Math.min(MOST_EXAMPLES, Math.floor(WORK / perExample)))
  const indices = evenly(data.splits.test.rows.length, most)
  const labels = run.model.labels === 'condition' ? testLabels(data, indices) : undefined
  const values = await jacobianSpectrum(run, testExamples(data, indices), labels)
  return { values, examples: indices.length }
}

const norms = ({ name, values }: Spectrum): string => {
  const least = values[0]! / 10
  const large = values.findIndex((value) => value < least)
  return `${name}: the largest is ${formatFigure(values[0]!)}, and ${large < 0 ? `all ${values.length} are` : `${large} of ${values.length} ${large === 1 ? 'is' : 'are'}`} at least a tenth of it.`
}
