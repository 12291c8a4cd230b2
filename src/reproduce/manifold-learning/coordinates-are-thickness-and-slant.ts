import { manifoldGrid } from '../../explore/manifold.ts'
import { linePlot } from '../../report/line-plot.ts'
import { encodePng, imageGrid } from '../../report/pixels.ts'
import type { Floats } from '../../tensor/host.ts'
import { oneClass } from '../../train/classes.ts'
import type { TrainedModel } from '../../train/trained.ts'
import { atLeast, atMost, reported } from '../expectation.ts'
import { defineExperiment } from '../experiment.ts'
import { meanWithError } from '../measures/statistics.ts'
import { PLANAR_CVAE, PLANAR_VAE } from '../models/shared-models.ts'
import {
  type FittedPlane,
  fittedPlane,
  largestStep,
  PATH,
  pathThrough,
  positionOnPath,
  randomPaths,
} from './code-plane.ts'
import { type Strokes, strokesOf } from './strokes.ts'

const CLASSES = 10
/** Codes along each side of the grid that is measured, and of the one that is shown. */
const [SIDE, SHOWN] = [15, 12]
/** Straight paths through the plane. */
const PATHS = 40
/** The class whose plane is shown: the digit of the figure in the notes. */
const DIGIT = 2
type Property = keyof Strokes
const UNITS: Readonly<Record<Property, string>> = { thickness: 'pixels', slant: 'degrees' }

export const coordinatesAreThicknessAndSlant = defineExperiment({
  name: 'coordinates-are-thickness-and-slant',
  title:
    'On average over classes, one direction of the code explains at least half the variance of thickness, and one that of slant, without jumps',
  chapter: 'Manifold learning',
  claim:
    'Small steps along the coordinates of the manifold change the image a little, and in meaningful ways: besides the class, two coordinates are thickness and slant.',
  source:
    'Lecture, “manifold hypothesis”; notes on autoencoders, the figure of thickness and slant (from hwalsuklee/tensorflow-mnist-CVAE)',
  settings: {
    small: {
      what: `A conditional VAE and a VAE with codes of two dimensions. For the former, ${SIDE} × ${SIDE} codes spread evenly over the prior are decoded as each class: stroke thickness and slant from moments of the ink, and how much of their variance over the plane a linear change in one direction explains. For both, ${PATHS} straight paths of length ${2 * PATH.reach} through the plane in ${PATH.steps} steps: the largest step, as a share of the whole range of the property over all paths, within a class where there are classes.`,
      conditions: {
        runs: [PLANAR_CVAE, PLANAR_VAE],
        ...{ classes: CLASSES, side: SIDE, ways: PATHS, way: PATH },
      },
      minutes: 3,
      expects: {
        thickness: atLeast(
          0.5,
          'share of the variance of thickness explained by one direction, mean over classes',
        ),
        slant: atLeast(
          0.5,
          'share of the variance of slant explained by one direction, mean over classes',
        ),
        angle: reported('angle between the two directions, mean over classes', 'degrees'),
        step: atMost(0.1, 'largest step as a share of the range, mean over classes, cvae'),
        planar: atMost(0.25, 'the same for the VAE, whose paths also cross from class to class'),
      },
    },
  },
  async run(lab) {
    const cvae = await lab.trained(PLANAR_CVAE)
    const vae = await lab.trained(PLANAR_VAE)
    const paths = randomPaths(PATHS, lab.seed)
    const classes: Awaited<ReturnType<typeof planeOf>>[] = []
    for (let label = 0; label < CLASSES; label++) classes.push(await planeOf(cvae, label, paths))
    const over = (of: (plane: (typeof classes)[number]) => number) => meanWithError(classes.map(of))
    const { values } = await manifoldGrid(cvae, SHOWN, DIGIT)
    return {
      numbers: {
        thickness: over(({ thickness }) => thickness.explained),
        slant: over(({ slant }) => slant.explained),
        angle: over(({ thickness, slant }) => angleBetween(thickness.slope, slant.slope)),
        step: over(({ step }) => step),
        planar: largestStep(strokesOf(await vae.decode(paths))),
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
          alt: `${property} along its own direction, for three digits: smooth curves`,
          caption: `${property === 'slant' ? 'Slant' : 'Thickness'} of three digits along the direction of the plane in which it changes most, through the centre: a gradual change without jumps.`,
          svg: linePlot(
            [0, DIGIT, 7].map((label) => ({
              name: `decoded as ${label}`,
              points: classes[label]![property].path,
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

/** Measurements over the plane of codes, decoded as one class. */
async function planeOf(cvae: TrainedModel, label: number, paths: Floats) {
  const measured = async (codes: Floats) =>
    strokesOf(await cvae.decode(codes, oneClass(codes.shape[0]!, label)))
  const { codes, values } = await manifoldGrid(cvae, SIDE, label)
  const strokes = strokesOf(values)
  const along = async (property: Property) => {
    const plane = fittedPlane(codes, strokes[property])
    const path = (await measured(pathThrough([0, 0], plane.slope)))[property]
    return { ...plane, path: Array.from(path, (y, i) => ({ x: positionOnPath(i), y })) }
  }
  return {
    thickness: await along('thickness'),
    slant: await along('slant'),
    step: largestStep(await measured(paths)),
  }
}

/** Between two straight lines: 0 to 90 degrees. */
function angleBetween(a: FittedPlane['slope'], b: FittedPlane['slope']): number {
  const cosine = Math.abs(a[0] * b[0] + a[1] * b[1]) / (Math.hypot(...a) * Math.hypot(...b))
  return (180 / Math.PI) * Math.acos(Math.min(1, cosine))
}
