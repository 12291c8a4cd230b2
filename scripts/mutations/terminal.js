// What a user types and reads: options, the list of runs, tables in a terminal, the Tab key.

const unused = ['test/app/unused-options.test.ts']
const width = ['test/cli/terminal-width.test.ts']
const list = ['test/app/run-list.test.ts']
const commands = ['test/cli/first-runs.test.ts']
const completion = ['test/cli/completion.test.ts']
const wrong = ['test/app/wrong-values.test.ts']

export const terminal = [
  {
    name: 'the default batch is all training examples, however many',
    file: 'src/app/model-for-data.ts',
    from: 'Math.min(config.train.batch, splits.train.rows.length)',
    to: 'Math.max(config.train.batch, splits.train.rows.length)',
    tests: ['test/app/few-rows.test.ts'],
  },
  {
    name: 'options that the model does not use are stored',
    file: 'src/app/run/stored-config.ts',
    from: '= withoutUnused(config)',
    to: '= config',
    tests: unused,
  },
  {
    name: 'options of training count as used in closed form',
    file: 'src/app/unused-options.ts',
    from: 'definition?.fit && ',
    to: '!definition && ',
    tests: unused,
  },
  {
    name: 'the command line accepts options that the model does not use',
    file: 'src/cli/commands/train.ts',
    from: 'given.map(([name]) => name),\n',
    to: '[],\n',
    tests: commands,
  },
  {
    name: 'a folder that exists is reported before a data file that is missing',
    file: 'src/app/run/train.ts',
    from: 'if (!options.data) requireFiles(options.config, arrays)',
    to: 'if (!out) requireFiles(options.config, arrays)',
    tests: commands,
  },
  {
    name: 'an option is switched off by a flag with a value',
    file: 'src/tensor/wording.ts',
    from: '(on ? flagName(name) : negatedFlag(name))',
    to: 'flagName(name).concat(` `, String(on))',
    tests: ['test/cli/advice.test.ts'],
  },
  {
    name: 'a byte order mark stays in the text',
    file: 'src/data/disk/files.ts',
    from: 'new TextDecoder(markedEncoding(bytes))',
    to: 'new TextDecoder(markedEncoding(bytes), { ignoreBOM: true })',
    tests: commands,
  },
  {
    name: 'messages on options are those of zod',
    file: 'src/tensor/faults.ts',
    from: 'const ownWords = message.startsWith(OURS) ? undefined : message',
    to: 'const ownWords = value ? schema.safeParse(value).error?.issues[0]?.message : undefined',
    tests: wrong,
  },
  {
    name: 'the bounds of numbers are exchanged in messages',
    file: 'src/config/schema-facts.ts',
    from: '{low.value} to ',
    to: '{high.value} to ',
    tests: wrong,
  },
  {
    name: 'the list of runs has the training loss where there is validation',
    file: 'src/app/run/list.ts',
    from: 'last.validation ?? last.train',
    to: 'last.train ?? last.validation',
    tests: list,
  },
  {
    name: 'a run that stopped early counts as stopped',
    file: 'src/app/run/list.ts',
    from: '(epoch >= epochs || endedEarly)',
    to: 'epoch >= epochs',
    tests: list,
  },
  {
    name: 'the list of runs begins with the oldest',
    file: 'src/app/run/list.ts',
    from: 'b.written.localeCompare(a.written)',
    to: 'a.written.localeCompare(b.written)',
    tests: list,
  },
  {
    name: 'the list of runs exchanges the epochs done and to be done',
    file: 'src/cli/commands/runs.ts',
    from: '{run.epoch}/',
    to: '{run.epochs}/',
    tests: commands,
  },
  {
    name: 'tables are as wide as their cells in any terminal',
    file: 'src/report/table.ts',
    from: 'if (sum(full) <= room) return full',
    to: 'if (sum(full) > 0) return full',
    tests: width,
  },
  {
    name: 'stacked rows lose their last cell',
    file: 'src/report/table.ts',
    from: "cell === ''\n",
    to: "cell === '' || j === titles.length - 1\n",
    tests: width,
  },
  {
    name: 'examples in help are broken without a backslash',
    file: 'src/report/wrap.ts',
    from: "return lines.join(' \\\\\\n')",
    to: "return lines.join('\\n')",
    tests: width,
  },
  {
    name: 'the Tab key offers the flags of any model',
    file: 'src/cli/completion/tree.ts',
    from: 'Object.keys(helpFlags(name))',
    to: 'Object.keys(helpFlags(undefined))',
    tests: completion,
  },
  {
    name: 'inspect does not take the name of an array',
    file: 'src/app/data-options.ts',
    from: '  comment: true,\n  array: true,',
    to: '  comment: true,',
    tests: ['test/cli/inspect-table.test.ts'],
  },
]
