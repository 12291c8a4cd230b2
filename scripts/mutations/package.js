// Packages of trained models: their files, and what is refused before anything is opened.

const float16 = ['test/tensor/float16.test.ts']
const json = ['test/tensor/strict-json.test.ts']
const safetensors = ['test/tensor/safetensors.test.ts']
const manifest = ['test/package/manifest.test.ts']
const sources = ['test/package/sources.test.ts']
const address = ['test/package/address.test.ts']
const onnx = ['test/package/safe-onnx.test.ts']
const tampering = ['test/package/tampering.test.ts']
const steady = ['test/package/steady.test.ts']
const card = ['test/app/card.test.ts']
const family = ['test/package/family.test.ts']

export const packages = [
  {
    name: 'float16 rounds halves up instead of to even',
    file: 'src/tensor/float16.ts',
    from: ' - 1 + ((whole >>> count) & 1)',
    to: '',
    tests: float16,
  },
  {
    name: 'the smallest numbers of float16 are twice as large',
    file: 'src/tensor/float16.ts',
    from: '126 - (size >>> 23)',
    to: '125 - (size >>> 23)',
    tests: float16,
  },
  {
    name: 'a name that an object has twice is let pass',
    file: 'src/tensor/strict-json.ts',
    from: 'if (names.has(name))',
    to: 'if (false)',
    tests: [...json, ...safetensors, ...manifest],
  },
  {
    name: 'a gap between tensors is let pass',
    file: 'src/tensor/safetensors.ts',
    from: 'if (begin > at)',
    to: 'if (begin > at + 8)',
    tests: safetensors,
  },
  {
    name: 'tensors may overlap',
    file: 'src/tensor/safetensors.ts',
    from: 'if (begin < at)',
    to: 'if (begin < 0)',
    tests: safetensors,
  },
  {
    name: 'the product of a shape may overflow',
    file: 'src/tensor/safetensors.ts',
    from: 'if (!Number.isSafeInteger(size))',
    to: 'if (Number.isNaN(size))',
    tests: safetensors,
  },
  {
    name: 'float64 arrays come before int64 arrays in a file',
    file: 'src/tensor/safetensors.ts',
    from: "  I64: { dtype: 'int64', width: 8 },\n  F64: { dtype: 'float64', width: 8 },\n",
    to: "  F64: { dtype: 'float64', width: 8 },\n  I64: { dtype: 'int64', width: 8 },\n",
    tests: safetensors,
  },
  {
    name: 'paths of a package may begin with a dot',
    file: 'src/package/files.ts',
    from: '/^[A-Za-z0-9_](?:',
    to: '/^[A-Za-z0-9._](?:',
    tests: manifest,
  },
  {
    name: 'the seal of a package leaves out its files',
    file: 'src/package/manifest.ts',
    from: 'JSON.stringify([format, latentlab, entries])',
    to: 'JSON.stringify([format, latentlab])',
    tests: manifest,
  },
  {
    name: 'any seal will do',
    file: 'src/package/manifest.ts',
    from: 'if (seal !== manifest.seal)',
    to: 'if (seal === undefined)',
    tests: [...manifest, ...tampering],
  },
  {
    name: 'a file need only have the size that the manifest says',
    file: 'src/package/manifest.ts',
    from: 'other.length === entry.bytes && (await sha256Of(other)) === entry.sha256',
    to: 'other.length === entry.bytes',
    tests: [...manifest, ...tampering],
  },
  {
    name: 'a link may lead out of the folder of a package',
    file: 'src/package/folder.ts',
    from: "way === '..' || way.startsWith(",
    to: "way === '..' && way.startsWith(",
    tests: sources,
  },
  {
    name: 'a package is read from wherever its address redirects to',
    file: 'src/package/address.ts',
    from: 'if (next.origin !== first.origin)',
    to: "if (next.protocol === 'file:')",
    tests: address,
  },
  {
    name: 'a server may send as much as it likes',
    file: 'src/package/address.ts',
    from: 'if (length > mostBytes) return undefined',
    to: 'if (length > 1e8) return undefined',
    tests: address,
  },
  {
    name: 'a graph of a package may name other files',
    file: 'src/package/safe-onnx.ts',
    from: "['dims', 'data_type', 'name', 'raw_data', 'doc_string']",
    to: "['dims', 'data_type', 'name', 'raw_data', 'doc_string', 'external_data', 'data_location']",
    tests: onnx,
  },
  {
    name: 'a graph of a package may have any op of ONNX',
    file: 'src/package/safe-onnx.ts',
    from: 'if (!packagedOps.has(node.opType))',
    to: "if (node.opType === '')",
    tests: onnx,
  },
  {
    name: 'a graph of a package may have fields that are not known',
    file: 'src/package/safe-onnx.ts',
    from: 'message.$unknown && message.$unknown.length > 0',
    to: 'message.$unknown && message.$unknown.length > 9',
    tests: onnx,
  },
  {
    name: 'verify does not look into the files whose hashes fit',
    file: 'src/package/verify-files.ts',
    from: "  if (path.endsWith('.onnx')) requireSafeOnnx(bytes, name)\n",
    to: '',
    tests: tampering,
  },
  {
    name: 'a package need not have goldens of its graphs',
    file: 'src/app/package/open.ts',
    from: 'if (without === undefined) return goldens',
    to: 'if (without !== null) return goldens',
    tests: ['test/app/forged-package.test.ts'],
  },
  {
    name: 'a stored column of categories may have none',
    file: 'src/data/table/form.ts',
    from: 'if (hasCategories(column) && !categories?.length)',
    to: 'if (hasCategories(column) && categories === null)',
    tests: ['test/data/table/stored-form.test.ts'],
  },
  {
    name: 'goldens keep rows whose fifth and sixth neighbour are equally near',
    file: 'src/package/steady.ts',
    from: 'if (within === k) return true',
    to: 'return true',
    tests: steady,
  },
  {
    name: 'goldens keep codes with two categories equally likely',
    file: 'src/package/steady.ts',
    from: 'other[at] === own![at]',
    to: 'other[at] !== undefined',
    tests: steady,
  },
  {
    name: 'a card rounds every range to six digits',
    file: 'src/app/package/card/data-section.ts',
    from: 'Math.max(6, needed)',
    to: '6',
    tests: card,
  },
  {
    name: 'the threshold of a package is that of its first score',
    file: 'src/app/package/export.ts',
    from: 'found.calibration[name]!',
    to: 'found.calibration[available[0]!]!',
    tests: family,
  },
]
