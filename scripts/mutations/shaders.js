// From expressions to shaders: what is stored and where, in what order it is computed, and how elements are read.

const agreement = ['test/webgpu/agreement.test.ts']
const integers = ['test/webgpu/integers.test.ts']
const devices = ['test/runtime/device.test.ts']

/** @type {readonly import('./list.js').Mutation[]} */
export const shaders = [
  {
    name: 'a byte of a word is read where its number of bits is',
    file: 'src/graph/wgsl/scope.ts',
    from: '% 4u) * 8u)) & 255u)',
    to: '% 4u) * 4u)) & 255u)',
    tests: agreement,
  },
  {
    name: 'axes are run through as one although an outer one is repeated',
    file: 'src/graph/wgsl/indices.ts',
    from: 'outer.stride === stride * size',
    to: 'outer.stride >= 0',
    tests: agreement,
  },
  {
    name: 'parts of a concatenation are read from their first element on',
    file: 'src/graph/wgsl/elements.ts',
    from: '    start += length\n',
    to: '',
    tests: agreement,
  },
  {
    name: 'each phase of a transposed convolution has the taps of the first',
    file: 'src/graph/wgsl/parts/factors.ts',
    from: 's.name(phases === 1 ? t :',
    to: 's.name(phases > 0 ? t :',
    tests: agreement,
  },
  {
    name: 'a convolution takes its strides for dilations',
    file: 'src/graph/wgsl/parts/factors.ts',
    from: 'const { strides, padding, dilations } = node.attributes as ConvAttributes',
    to: 'const { strides: dilations, padding, dilations: strides } = node.attributes as ConvAttributes',
    tests: agreement,
  },
  {
    name: 'the last strip of a product is read beyond its end',
    file: 'src/graph/wgsl/parts/product.ts',
    from: '|| k >= end) { return 0.0; }',
    to: '|| k > end) { return 0.0; }',
    tests: agreement,
  },
  {
    name: 'the tree of a sum leaves its first half out',
    file: 'src/graph/wgsl/parts/reduction.ts',
    from: 'for (let half = lanes / 2; half >= 1; half /= 2)',
    to: 'for (let half = lanes / 4; half >= 1; half /= 2)',
    tests: agreement,
  },
  {
    name: 'state is written over while others still read it',
    file: 'src/graph/wgsl/order.ts',
    from: '      follow(maker, readers)\n',
    to: '',
    tests: agreement,
  },
  {
    name: 'a place is used again while it is still read',
    file: 'src/graph/wgsl/program.ts',
    from: 'lastRead.set(node, Math.max(end, lastRead.get(node) ?? 0))',
    to: 'lastRead.set(node, Math.min(end, lastRead.get(node) ?? end))',
    tests: agreement,
  },
  {
    name: 'what ends with a product is fused although another one reads it, too',
    file: 'src/graph/wgsl/kernels.ts',
    from: 'if (!reader || another ||',
    to: 'if (!reader ||',
    tests: agreement,
  },
  {
    name: 'elements of nothing are counted',
    file: 'src/graph/wgsl/scope.ts',
    from: 'if (size === 0) return',
    to: 'if (size < 0) return',
    tests: agreement,
  },
  {
    name: 'all steps of a call read the record of the first',
    file: 'src/runtime/webgpu/loaded-program.ts',
    from: '[k * this.fed.stride, k * this.results.stride]',
    to: '[0, k * this.results.stride]',
    tests: ['test/webgpu/training.test.ts'],
  },
  {
    name: 'all steps of a call report into the record of the first',
    file: 'src/runtime/webgpu/loaded-program.ts',
    from: '[k * this.fed.stride, k * this.results.stride]',
    to: '[k * this.fed.stride, 0]',
    tests: agreement,
  },
  {
    name: 'the state before a call on a GPU is that after it',
    file: 'src/runtime/webgpu/loop.ts',
    from: 'if (from === 0) this.memory.keepState(encoder)',
    to: '',
    tests: agreement,
  },
  {
    name: 'a 64-bit sum forgets what its low half carries',
    file: 'src/graph/wgsl/integers.ts',
    from: 'a.y + b.y + select(0u, 1u, low < a.x)',
    to: 'a.y + b.y',
    tests: integers,
  },
  {
    name: 'an array larger than a buffer is found out by the driver',
    file: 'src/graph/wgsl/memory.ts',
    from: 'if (words > limits.words)',
    to: 'if (words < 0)',
    tests: devices,
  },
  {
    name: 'warnings of a driver are seen',
    file: 'src/runtime/node.ts',
    from: '{ ended, isQuiet: true }',
    to: '{ ended }',
    tests: devices,
  },
  {
    name: 'shaders leave comparisons of floats to the compiler',
    file: 'src/graph/wgsl/elements.ts',
    from: "{ float: 'op', int64: 'i64' }",
    to: "{ int64: 'i64' }",
    tests: ['test/graph/wgsl/program.test.ts'],
  },
  {
    name: 'a graph whose shader is refused keeps its memory on the GPU',
    file: 'src/runtime/webgpu/session.ts',
    from: '      memory.destroy()\n      throw error',
    to: '      throw error',
    tests: ['test/webgpu/calls.test.ts'],
  },
  {
    name: 'a worker of a page that has failed goes on',
    file: 'src/runtime/web.ts',
    from: '    worker.terminate()\n    events.failed',
    to: '    events.failed',
    tests: ['test/runtime/web.test.ts'],
  },
]
