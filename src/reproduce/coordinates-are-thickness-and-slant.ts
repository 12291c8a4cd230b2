import { manifoldGrid } from '../explore/manifold.ts'
import { linePlot } from '../report/line-plot.ts'
import { encodePng, imageGrid } from '../report/pixels.ts'
import type { HostTensor } from '../tensor/host.ts'
import { oneClass } from '../train/classes.ts'
import { atLeast, atMost, reported } from './expectation.ts'
import { defineExperiment } from './experiment.ts'
import { type FittedPlane, fittedPlane } from './fitted-plane.ts'
import type { TrainedRun } from './laboratory.ts'
import { meanWithError } from './measures.ts'
import { largestStep, placeOnWay, randomWays, WAY, wayThrough } from './planar-ways.ts'
import { PLANAR_CVAE, PLANAR_VAE } from './shared-models.ts'
import { type Strokes, strokesOf } from './strokes.ts'

const CLASSES = 10
/** Codes of a side of the grid that is measured, and of the one that is shown. */
const [SIDE, SHOWN] = [15, 12]
/** Straight ways through the plane. */
const WAYS = 40
/** The class whose plane is shown: the digit of the figure in the notes. */
const DIGIT = 2
type Property = keyof Strokes
const UNITS: Readonly<Record<Property, string>> = { thickness: 'pixels', slant: 'degrees' }

export const coordinatesAreThicknessAndSlant = defineExperiment({
  name: 'coordinates-are-thickness-and-slant',
  title:
    'On average over classes, one direction of the code explains half of the thickness or more, one half of the slant, without jumps',
  chapter: 'Manifold learning',
  claim:
    'Small steps of the coordinates on the manifold change the image a little, and in ways that mean something: two coordinates beside the class are thickness and slant.',
  source:
    'Lecture, “manifold hypothesis”; notes on autoencoders, the figure of thickness and slant (from hwalsuklee/tensorflow-mnist-CVAE)',
  settings: {
    small: {
      what: `A conditional VAE and a VAE with codes of two dimensions. Of the former ${SIDE} × ${SIDE} codes, evenly spread over the prior, decoded as each class: thickness of the stroke and slant by moments of the ink, and how much of their variance over the plane a straight change in one direction explains. Of both, ${WAYS} straight ways of length ${2 * WAY.reach} through the plane in ${WAY.steps} steps: the largest step as a share of the whole range of the property over all ways, of one class where there are classes.`,
      conditions: {
        runs: [PLANAR_CVAE, PLANAR_VAE],
        ...{ classes: CLASSES, side: SIDE, ways: WAYS, way: WAY },
      },
      minutes: 3,
      expects: {
        thickness: atLeast(
          0.5,
          'variance of thickness explained by one direction, mean of classes',
        ),
        slant: atLeast(0.5, 'variance of slant explained by one direction, mean of classes'),
        angle: reported('angle between the two directions, mean of classes', 'degrees'),
        step: atMost(0.1, 'largest step as a share of the range, mean of classes, cvae'),
        planar: atMost(0.25, 'the same of the VAE, which also goes from class to class'),
      },
    },
  },
  async run(lab) {
    const cvae = await lab.trained(PLANAR_CVAE)
    const vae = await lab.trained(PLANAR_VAE)
    const ways = randomWays(WAYS, lab.seed)
    const classes: Awaited<ReturnType<typeof planeOf>>[] = []
    for (let label = 0; label < CLASSES; label++) classes.push(await planeOf(cvae, label, ways))
    const over = (of: (plane: (typeof classes)[number]) => number) => meanWithError(classes.map(of))
    const { values } = await manifoldGrid(cvae, SHOWN, DIGIT)
    return {
      numbers: {
        thickness: over(({ thickness }) => thickness.explained),
        slant: over(({ slant }) => slant.explained),
        angle: over(({ thickness, slant }) => angleBetween(thickness.slope, slant.slope)),
        step: over(({ step }) => step),
        planar: largestStep(strokesOf(await vae.decode(ways))),
      },
      figures: [
        {
          kind: 'png',
          name: 'plane',
          alt: 'A square of twos, thin and thick, upright and slanted, changing gradually',
          caption: `The plane of codes of the conditional VAE, decoded as ${DIGIT}: neighbours differ little; slant changes in one direction, thickness in another.`,
          bytes: encodePng(imageGrid(values.data, [28, 28], { columns: SHOWN })),
        },
        ...(Object.keys(UNITS) as Property[]).map((property) => ({
          kind: 'svg' as const,
          name: property,
          alt: `${property} over the way along its own direction, for three digits: steady curves`,
          caption: `${property === 'slant' ? 'Slant' : 'Thickness'} of three digits along the direction of the plane in which it changes most, through the middle: a steady change without jumps.`,
          svg: linePlot(
            [0, DIGIT, 7].map((label) => ({
              name: `decoded as ${label}`,
              points: classes[label]![property].way,
            })),
            {
              title: `Along the direction of ${property}`,
              axes: ['code', UNITS[property]],
            },
          ),
        })),
      ],
    }
  },
})

/** What is measured on the plane of codes, decoded as one class. */
async function planeOf(cvae: TrainedRun, label: number, ways: HostTensor<'float32'>) {
  const measured = async (codes: HostTensor<'float32'>) =>
    strokesOf(await cvae.decode(codes, oneClass(codes.shape[0]!, label)))
  const { codes, values } = await manifoldGrid(cvae, SIDE, label)
  const strokes = strokesOf(values)
  const along = async (property: Property) => {
    const plane = fittedPlane(codes, strokes[property])
    const way = (await measured(wayThrough([0, 0], plane.slope)))[property]
    return { ...plane, way: Array.from(way, (y, i) => ({ x: placeOnWay(i), y })) }
  }
  return {
    thickness: await along('thickness'),
    slant: await along('slant'),
    step: largestStep(await measured(ways)),
  }
}

/** Between two straight lines: 0 to 90 degrees. */
function angleBetween(a: FittedPlane['slope'], b: FittedPlane['slope']): number {
  const cosine = Math.abs(a[0] * b[0] + a[1] * b[1]) / (Math.hypot(...a) * Math.hypot(...b))
  return (180 / Math.PI) * Math.acos(Math.min(1, cosine))
}
