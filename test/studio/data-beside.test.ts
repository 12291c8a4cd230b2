import { describe, expect, it } from 'vitest'
import { dataBeside } from '../../studio/src/session/data-beside.ts'

const run = [
  ...['config.json', 'metrics.jsonl', 'timings.jsonl', 'report.html'],
  ...['checkpoints/last/x.safetensors', 'samples/1.png'],
]
const inFolder = (folder: string) => run.map((path) => `${folder}${path}`)

/** The paths that are taken for the data of a run in a folder, or in an archive. */
const beside = (paths: readonly string[], folder?: string) =>
  dataBeside(
    paths.map((path) => ({ path, file: new Blob([]) })),
    folder,
  ).map(({ path }) => path)

describe('the data beside a run', () => {
  it('is a table or an array, wherever the run lies', () => {
    expect(beside(['run.zip', 'parts.csv'])).toEqual(['parts.csv'])
    expect(beside([...inFolder('run/'), 'a.npy', 'notes.md'], 'run/')).toEqual(['a.npy'])
    expect(beside([...run, 'parts.csv'], '')).toEqual(['parts.csv'])
  })

  it('is an array and its labels, or all pictures of a folder', () => {
    const pairs = [
      ['t-images-idx3-ubyte', 't-labels-idx1-ubyte.gz'],
      ['x.npy', 'y.npy.gz'],
    ]
    for (const pair of pairs) expect(beside(['run.zip', ...pair])).toEqual(pair)
    const pictures = ['faults/a/1.png', 'faults/b/2.jpg', 'faults/metadata.csv']
    expect(beside([...inFolder('run/'), ...pictures], 'run/')).toEqual(pictures)
  })

  it('is nothing of a run, and nothing where it is not clear', () => {
    expect(beside(run, '')).toEqual([])
    expect(beside([...inFolder('runs/a/'), ...inFolder('runs/b/')], 'runs/a/')).toEqual([])
    expect(beside(['run.zip', 'a.csv', 'b.csv'])).toEqual([])
    expect(beside(['run.zip', 'a.npz', 'b.npz'])).toEqual([])
    expect(beside([...inFolder('all/run/'), 'all/a.csv'], 'all/run/')).toEqual(['all/a.csv'])
  })
})
