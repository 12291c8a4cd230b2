// Streams, signals and files: what is printed where, what is kept, and what is removed.

const streams = ['test/cli/streams.test.ts']
const signals = ['test/cli/interruption.isolated.test.ts']
const moments = ['test/robustness/every-moment.test.ts']
const abandoned = ['test/robustness/abandoned.test.ts']
const tableCache = ['test/robustness/table-cache.test.ts']
const equal = ['test/robustness/equal-runs.test.ts']
const refused = ['test/robustness/refused.test.ts']
const packed = ['test/data/limits.test.ts']

export const disk = [
  {
    name: 'a lost result ends with code 0',
    file: 'src/cli/terminal.ts',
    from: 'if (isResultLost) process.exitCode ||= 2',
    to: '',
    tests: streams,
  },
  {
    name: 'lost messages count as a lost result',
    file: 'src/cli/terminal.ts',
    from: "if (error.code === 'EPIPE' || stream !== process.stdout) return",
    to: "if (error.code === 'EPIPE') return",
    tests: streams,
  },
  {
    name: 'what a file has no room for is dropped',
    file: 'src/cli/terminal.ts',
    from: 'if (isFile(stream)) stream._write = writingFully(stream.fd)',
    to: '',
    tests: streams,
  },
  {
    name: 'Node aborts at the end if the terminal is gone',
    file: 'src/cli/terminal.ts',
    from: 'if (isTerminalGone) closeStandardStreams()',
    to: '',
    tests: streams,
  },
  {
    name: 'nohup is not noticed',
    file: 'src/cli/interruption.ts',
    from: "return (error as NodeJS.ErrnoException).code === 'EBADF'",
    to: 'return false',
    tests: streams,
  },
  {
    name: 'nohup with an input of its own is not noticed',
    file: 'src/cli/interruption.ts',
    from: "basename(shellCommand ?? '') === 'nohup' || ",
    to: '',
    tests: signals,
  },
  {
    name: 'a byte order mark in the metrics is counted when they are truncated',
    file: 'src/app/run/folder.ts',
    from: 'await restoreMetrics(paths.metrics)',
    to: '',
    tests: ['test/app/damaged-metrics.test.ts'],
  },
  {
    name: 'SIGHUP ends what nohup has started',
    file: 'src/cli/interruption.ts',
    from: 'if (isDetached) return',
    to: '',
    tests: signals,
  },
  {
    name: 'the codes of SIGHUP and SIGINT are swapped',
    file: 'src/cli/interruption.ts',
    from: 'SIGHUP: 129, SIGINT: 130',
    to: 'SIGHUP: 130, SIGINT: 129',
    tests: signals,
  },
  {
    name: 'the first checkpoint waits for ten seconds',
    file: 'src/train/checkpoint-writer.ts',
    from: 'private lastSave = Number.NEGATIVE_INFINITY',
    to: 'private lastSave = performance.now()',
    tests: moments,
  },
  {
    name: 'a run with only its best checkpoint is removed',
    file: 'src/app/run/create.ts',
    from: "[checkpoint('last'), checkpoint('best')]",
    to: "[checkpoint('last')]",
    tests: moments,
  },
  {
    name: 'what runs now counts as abandoned',
    file: 'src/data/disk/temporary.ts',
    from: 'return !isAlive({',
    to: 'return Boolean({',
    tests: abandoned,
  },
  {
    name: 'what another container writes counts as abandoned',
    file: 'src/data/disk/temporary.ts',
    from: '|| space !== processSpace()',
    to: '',
    tests: abandoned,
  },
  {
    name: 'nothing is removed that a killed process left',
    file: 'src/data/disk/temporary.ts',
    from: '  await removeAbandoned(folder)\n',
    to: '',
    tests: abandoned,
  },
  {
    name: 'a checkpoint holds the seconds of its training',
    file: 'src/train/checkpoint.ts',
    from: 'progress: JSON.stringify(kept)',
    to: 'progress: JSON.stringify(progress)',
    tests: ['test/train/checkpoint.test.ts', ...equal],
  },
  {
    name: 'metrics hold what the clock measures',
    file: 'src/app/run/timings.ts',
    from: '      return rest\n',
    to: '      return event\n',
    tests: equal,
  },
  {
    name: 'resuming counts the seconds from 0',
    file: 'src/app/run/train.ts',
    from: 'const from = await withSeconds(runPaths(folder).timings, last)',
    to: 'const from = last',
    tests: equal,
  },
  {
    name: 'a damaged checkpoint is named as the intact one',
    file: 'src/app/run/folder.ts',
    from: "const kind = damaged === 'last' ? 'best' : 'last'",
    to: 'const kind = damaged',
    tests: refused,
  },
  {
    name: 'an entry is unpacked before its header is found to claim too much',
    file: 'src/data/zip.ts',
    from: 'if (length > mostOf(entry))',
    to: 'if (length > 2 ** 60)',
    tests: packed,
  },
  {
    name: 'the length that a gzip file states is not asked for',
    file: 'src/data/gzip.ts',
    from: 'if (stated > limit) throw refused(stated)',
    to: '',
    tests: packed,
  },
  {
    name: 'the cache folder follows the working folder',
    file: 'src/data/disk/cache-folder.ts',
    from: 'isAbsolute(stated) ? stated',
    to: "stated !== '' ? stated",
    tests: ['test/data/disk/cache-folder.isolated.test.ts'],
  },
  {
    name: 'two processes cannot create the same folder at once',
    file: 'src/data/disk/folders.ts',
    from: "if ((error as NodeJS.ErrnoException).code === 'EEXIST') return outermost",
    to: '',
    tests: ['test/data/disk/folders.test.ts'],
  },
  {
    name: 'a full disk is reported without what the cache is for',
    file: 'src/data/table/cache.ts',
    from: 'advising(await fileRows(path, stride).catch(refuse))',
    to: 'await fileRows(path, stride)',
    tests: tableCache,
  },
  {
    name: 'what a killed process has left stays in the folder',
    file: 'src/data/disk/temporary.ts',
    from: 'await rm(path, { recursive: true, force: true }).catch(() => {})',
    to: '',
    tests: tableCache,
  },
  {
    name: 'rows that somebody else has put into the cache are read',
    file: 'src/data/table/packed-file.ts',
    from: '!isOurs || ',
    to: '',
    tests: tableCache,
  },
]
