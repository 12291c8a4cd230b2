// Learning from normal examples only, and the anomalies beside them.

const told = ['test/data/normal.test.ts']
const run = ['test/app/normal-run.test.ts']
const described = ['test/data/table/describe.test.ts']
const former = ['test/app/former-names.test.ts']

export const normal = [
  {
    name: 'anomalies are learned from, and normal rows measured',
    file: 'src/data/normal.ts',
    from: '(isNormal[code] ? normal : anomalous).push(row)',
    to: '(isNormal[code] ? anomalous : normal).push(row)',
    tests: told,
  },
  {
    name: 'rows without a label are anomalies',
    file: 'src/data/normal.ts',
    from: 'if (code >= 0) (isNormal',
    to: 'if (code >= -1) (isNormal',
    tests: told,
  },
  {
    name: 'a column is fitted on anomalies, too',
    file: 'src/data/table/assemble-table.ts',
    from: 'fitColumns(main.packed, schema, rows.train, { ...options, among })',
    to: 'fitColumns(main.packed, schema, allRows(main), { ...options, among })',
    tests: told,
  },
  {
    name: 'categories are numbered in the order of all rows',
    file: 'src/data/table/assemble-table.ts',
    from: 'rows.train, { ...options, among })',
    to: 'rows.train, options)',
    tests: told,
  },
  {
    name: 'draws for an example depend on how many anomalies are before it',
    file: 'src/data/evaluated.ts',
    from: 'first + (numbers?.[row] ?? row)',
    to: 'first + row',
    tests: told,
  },
  {
    name: 'anomalies of training rows measure on test',
    file: 'src/data/anomalies.ts',
    from: "split === 'train' ? spare : split",
    to: "split === 'train' ? 'test' : split",
    tests: told,
  },
  {
    name: 'a split has the anomalies first',
    file: 'src/data/anomalies.ts',
    from: 'Int32Array.from([...own.rows, ...rows])',
    to: 'Int32Array.from([...rows, ...own.rows])',
    tests: told,
  },
  {
    name: 'the same data with other normal rows has the same hash',
    file: 'src/data/table/assemble-table.ts',
    from: '...ruleBytes(options), ...normalBytes(normal)',
    to: '...ruleBytes(options)',
    tests: told,
  },
  {
    name: 'the first anomaly counts as normal',
    file: 'src/evaluate/anomaly/told-apart.ts',
    from: 'index >= both.normal)',
    to: 'index > both.normal)',
    tests: run,
  },
  {
    name: 'anomalies of a split are its normal rows again',
    file: 'src/evaluate/anomaly/told-apart.ts',
    from: 'map((i) => both.normal + i)',
    to: 'map((i) => i)',
    tests: run,
  },
  {
    name: 'the key figure of anomalies has the ends of its interval exchanged',
    file: 'src/app/report/key-figures.ts',
    from: 'const { estimate, low, high } = own.auroc',
    to: 'const { estimate, low: high, high: low } = own.auroc',
    tests: run,
  },
  {
    name: 'inspect counts anomalies as normal rows',
    file: 'src/data/table/describe.ts',
    from: 'rows: sum(true), anomalous: sum(false)',
    to: 'rows: sum(false), anomalous: sum(true)',
    tests: described,
  },
  {
    name: 'the former name of the column of labels is ignored',
    file: 'src/models/former-names.ts',
    from: 'renamedOptions[current] = options[former]',
    to: 'renamedOptions[former] = options[former]',
    tests: former,
  },
]
