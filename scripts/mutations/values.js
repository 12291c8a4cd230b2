// How a stored value, a layout or a label is read.

const layouts = ['test/data/layout.test.ts']
const values = ['test/app/values-in.test.ts']
const refusals = ['test/data/refuse.test.ts']

export const valuesIn = [
  {
    name: 'four channels that come last are rows of pixels',
    file: 'src/data/layout.ts',
    from: 'size === 1 || size === 3 || size === 4',
    to: 'size === 1 || size === 3',
    tests: layouts,
  },
  {
    name: 'values of any scale are taken as scaled',
    file: 'src/data/given-examples.ts',
    from: '<= SAME',
    to: '<= Number.POSITIVE_INFINITY',
    tests: values,
  },
  {
    name: 'bytes are binary or not by what lies beside them',
    file: 'src/data/form.ts',
    from: 'value > high)',
    to: 'value > 255)',
    tests: values,
  },
  {
    name: 'an unknown label is the first class',
    file: 'src/data/labels.ts',
    from: 'if (index !== undefined) return index',
    to: 'return index ?? 0',
    tests: refusals,
  },
  {
    name: 'a label is cut to a whole number',
    file: 'src/data/labels.ts',
    from: 'if (Number.isInteger(label) && label >= -LIMIT && label < LIMIT) return label',
    to: 'if (label >= -LIMIT && label < LIMIT) return Math.trunc(label)',
    tests: [...refusals, 'test/data/given.test.ts'],
  },
  {
    name: 'a picture of another shape is accepted where it has as many values',
    file: 'src/data/form.ts',
    from: 'String(found) === String(stored)',
    to: 'sizeOf(found) === sizeOf(stored)',
    tests: values,
  },
]
