import { TOLERANCE } from '../../../package/golden-differences.ts'
import { pythonCheck } from '../../../package/python-check.ts'
import type { CardFacts } from './facts.ts'
import { code, markdownTable } from './markdown.ts'

export function checkSection({ largestDifference, loss, goldens }: CardFacts): string {
  const made = Object.keys(goldens.graphs).join(', ')
  return `## How it was checked

\`goldens.safetensors\` holds inputs and outputs of ${made}. The inputs are drawn from the model or made up; none is of the data. Before the package was written, ONNX Runtime computed these outputs from the files: it differs from the trained model by at most ${largestDifference.toPrecision(2)} in |a − b| / (1 + |b|), where ${TOLERANCE} is allowed. \`latentlab verify\`, \`loadPackage\`, or these lines in the folder of the package check it again, wherever it is:

${code('python', pythonCheck)}${loss ? lossText(loss) : ''}`
}

function lossText(loss: NonNullable<CardFacts['loss']>): string {
  const rows = loss.map(({ graph, output, largest, unequal, count }) => [
    graph,
    output,
    unequal > 0 ? `${unequal} of ${count} differ` : largest.toPrecision(2),
  ])
  return `
Weights in 16 bits change the answers to the goldens by, at most, in |a − b| / (1 + |b|):

${markdownTable(['graph', 'output', 'change'], rows)}`
}
