import { classLabelsOf } from '../../../data/labels.ts'
import type { Port } from '../../../package/graphs/port.ts'
import { preprocessOf } from '../../../package/graphs/preprocess.ts'
import { PACK_IN_PYTHON } from '../../../package/graphs/python.ts'
import { graphNames } from '../../../package/graphs-of.ts'
import type { CardFacts } from './facts.ts'
import { pythonLiteral, scriptLiteral, scriptText, shellWord } from './literals.ts'
import { code, markdownTable, span } from './markdown.ts'

/** How the package is used in Node, in a page, in Python and over HTTP. */
export function usageSection(facts: CardFacts): string {
  const { name, graphs } = facts
  const ports = graphNames.flatMap((of) => {
    const { inputs = [], outputs = [] } = graphs[of] ?? {}
    return [
      ...inputs.map((port) => ({ of, way: 'in', port })),
      ...outputs.map((port) => ({ of, way: 'out', port })),
    ]
  })
  return `## Use

In Node (\`npm install latentlab\`), with the folder of the package:

${code('ts', scriptUse(facts, 'latentlab', name))}
In a page, from an address that you name (\`npm install latentlab onnxruntime-web\`):

${code('ts', scriptUse(facts, 'latentlab/browser', `/models/${encodeURIComponent(name)}/`))}
In Python, with numpy and onnxruntime alone, in the folder of the package:

${code('python', pythonUse(facts))}
Behind HTTP: ${span(`latentlab serve ${shellWord(name)}`)}.

${markdownTable(
  ['graph', '', 'array', 'type', 'shape', 'what it is'],
  ports.map(({ of, way, port }) => [
    of,
    way,
    port.name,
    port.dtype,
    `[${port.shape.join(', ')}]`,
    `${port.description}${port.unit ? ` Unit: ${port.unit}.` : ''}`,
  ]),
)}`
}

/** By the graph that the card shows: the method of a model, and what it gives. */
const calls = {
  score: ['score', '{ scores, shares, alarms }'],
  encoder: ['encode', 'codes'],
  restorer: ['reconstruct', 'restored'],
  sample: ['sample', 'samples'],
} as const

/** What the package is shown with: every model that can be exported has one of them. */
function shownGraph({ graphs, threshold }: Pick<CardFacts, 'graphs' | 'threshold'>) {
  if (threshold) return 'score'
  if (graphs.encoder) return 'encoder'
  return graphs.restorer ? 'restorer' : 'sample'
}

function scriptUse(
  { source, graphs, goldens, threshold }: CardFacts,
  library: string,
  place: string,
) {
  const graph = shownGraph({ graphs, threshold })
  const [verb, get] = calls[graph]
  const example = goldens.rows?.[0]
  const [port] = graphs[graph]!.inputs
  const isArray = graph !== 'sample' && !example && port !== undefined
  const rows = isArray ? arrayText(port) : `[${scriptLiteral(example)}]`
  const { labels, info } = source.trained.model
  const given =
    labels === 'condition' && graph !== 'sample'
      ? `rows, { labels: [${classLabelsOf(info)[0]}] }`
      : 'rows'
  return `import { ${isArray ? 'hostTensor, ' : ''}loadPackage } from '${library}'

const model = await loadPackage(${scriptText(place)})
${graph === 'sample' ? '' : `const rows = ${rows}\n`}const ${get} = await model.${verb}(${graph === 'sample' ? 16 : given})`
}

/** An array of one example, all zero. */
function arrayText({ dtype, shape }: Port): string {
  const type = { uint8: 'Uint8Array', float64: 'Float64Array' }[dtype as string] ?? 'Float32Array'
  const sizes = shape.slice(1)
  const size = sizes.reduce<number>((product, axis) => product * Number(axis), 1)
  return `hostTensor('${dtype}', [${[1, ...sizes].join(', ')}], new ${type}(${size})) // yours`
}

function pythonUse({ form, graphs, goldens, threshold }: CardFacts): string {
  const graph = shownGraph({ graphs, threshold })
  const ports = graphs[graph]!.inputs
  const [first] = ports
  const packs = graph !== 'sample' && preprocessOf(form).examples === 'table'
  const example = goldens.rows?.[0]
  const sizes = first!.shape.slice(1).join(', ')
  const made = packs
    ? `rows = [${pythonLiteral(example)}]\nfeeds = pack(rows, json.load(open("preprocess.json")))\n`
    : graph === 'sample'
      ? `random = np.random.default_rng(0)\nfeeds = {${noises(ports)}}\n`
      : `rows = np.zeros((1, ${sizes}), "${first!.dtype}")  # yours\nfeeds = {"${first!.name}": rows}\n`
  const classes = ports.some(({ name }) => name === 'class')
    ? `feeds["class"] = np.zeros(${graph === 'sample' ? 16 : 'len(rows)'}, np.int64)  # the index of each class\n`
    : ''
  const alarm = threshold
    ? 'alarms = outputs["score"] > json.load(open("threshold.json"))["threshold"]\n'
    : ''
  return `${packs ? `${PACK_IN_PYTHON}\n` : 'import numpy as np\n'}import json, onnxruntime

session = onnxruntime.InferenceSession("onnx/${graph}.onnx")
${made}${classes}names = [output.name for output in session.get_outputs()]
outputs = dict(zip(names, session.run(names, feeds)))
${alarm}`
}

/** The random numbers of 16 samples, each as its name says. */
const noises = (ports: readonly Port[]): string =>
  ports
    .filter(({ name }) => name !== 'class')
    .map(({ name, shape }) => {
      const draw = name === 'uniform' ? 'random' : 'standard_normal'
      return `"${name}": random.${draw}((${[16, ...shape.slice(1)].join(', ')})).astype("float32")`
    })
    .join(', ')
