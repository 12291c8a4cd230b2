import { preprocessOf } from '../../../package/graphs/preprocess.ts'
import { PACK_IN_PYTHON } from '../../../package/graphs/python.ts'
import { graphNames } from '../../../package/graphs-of.ts'
import type { CardFacts } from './facts.ts'
import { cell, code, markdownTable } from './markdown.ts'

/** How the package is used in Node, in a page, in Python and over HTTP. */
export function usageSection(facts: CardFacts): string {
  const { name, graphs, goldens, threshold } = facts
  const example = goldens.rows?.[0]
  const rows = example ? `[${JSON.stringify(example)}]` : 'rows'
  const [verb, get] = threshold
    ? ['score', '{ scores, shares, alarms }']
    : graphs.encoder
      ? ['encode', 'codes']
      : graphs.sample
        ? ['sample', 'samples']
        : ['reconstruct', 'restored']
  const given = verb === 'sample' ? '16' : 'rows'
  const setup = verb === 'sample' || !example ? '' : `const rows = ${rows}\n`
  const call = `${setup}const ${get} = await model.${verb}(${given})`
  const ports = graphNames.flatMap((of) => {
    const { inputs = [], outputs = [] } = graphs[of] ?? {}
    return [
      ...inputs.map((port) => ({ of, way: 'in', port })),
      ...outputs.map((port) => ({ of, way: 'out', port })),
    ]
  })
  return `## Use

In Node (\`npm install latentlab\`), with the folder of the package:

${code('ts', `import { loadPackage } from 'latentlab'\n\nconst model = await loadPackage('${cell(name)}')\n${call}`)}
In a page, from an address that you name (\`npm install latentlab onnxruntime-web\`):

${code('ts', `import { loadPackage } from 'latentlab/browser'\n\nconst model = await loadPackage('/models/${cell(name)}/')\n${call}`)}
In Python, with numpy and onnxruntime alone:

${code('python', pythonUse(facts, rows))}
Behind HTTP: \`latentlab serve ${cell(name)}\`.

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

function pythonUse({ form, graphs, goldens, threshold }: CardFacts, rows: string): string {
  const graph = threshold
    ? 'score'
    : graphs.encoder
      ? 'encoder'
      : graphs.restorer
        ? 'restorer'
        : 'sample'
  const inputs = graphs[graph]?.inputs ?? []
  const isPacked = graph !== 'sample'
  const asPython = rows
    .replaceAll(':null', ': None')
    .replaceAll(':true', ': True')
    .replaceAll(':false', ': False')
  const others = inputs.filter(
    ({ name }) => !['numbers', 'categories', 'mask', 'pixels', 'values'].includes(name),
  )
  const packs = isPacked && preprocessOf(form).examples === 'table'
  const feeds = packs
    ? 'pack(rows, json.load(open("preprocess.json")))'
    : `{"${inputs[0]!.name}": ${isPacked ? 'rows' : 'noise'}}`
  const classes = others.some(({ name }) => name === 'class')
    ? 'feeds["class"] = np.zeros(len(rows), np.int64)  # the index of each class\n'
    : ''
  const shape = inputs[0]!.shape.slice(1).join(', ')
  const made = isPacked
    ? goldens.rows
      ? `rows = ${asPython}\n`
      : `rows = np.zeros((1, ${shape}), "${inputs[0]!.dtype}")  # yours\n`
    : `noise = np.random.default_rng(0).standard_normal((16, ${shape})).astype("float32")\n`
  const alarm = threshold
    ? 'alarms = outputs["score"] > json.load(open("threshold.json"))["threshold"]\n'
    : ''
  return `${packs ? `${PACK_IN_PYTHON}\n` : 'import numpy as np\n'}import json, onnxruntime

session = onnxruntime.InferenceSession("onnx/${graph}.onnx")
${made}feeds = ${feeds}
${classes}names = [output.name for output in session.get_outputs()]
outputs = dict(zip(names, session.run(names, feeds)))
${alarm}`
}
