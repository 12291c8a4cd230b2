import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { writeReport } from '../../src/app/report/report.ts'
import type { Run } from '../../src/app/run/load.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { tinyRun } from './tiny-run.ts'

const epoch = (number: number, loss: number) =>
  JSON.stringify({
    type: 'epoch',
    epoch: number,
    epochs: 2,
    train: { terms: { reconstruction: loss, kl: 1 }, objective: loss + 1 },
    validation: { terms: { reconstruction: loss + 2, kl: 1 }, objective: loss + 3 },
    best: true,
    seconds: number,
    examplesPerSecond: 1000,
  })

/** A folder such as training leaves, with the last line of its metrics cut off by a kill. */
export async function runFolder(root: string, name: string): Promise<string> {
  const folder = join(root, name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'metrics.jsonl'), `${epoch(1, 90)}\n${epoch(2, 80)}\n{"type":"epo`)
  await writeFile(
    join(folder, 'environment.json'),
    JSON.stringify({
      latentlab: '0.1.0',
      runtime: 'onnxruntime-node 1.30.0',
      cpu: 'A <fast> CPU',
      threads: 2,
    }),
  )
  return folder
}

/** The report of a run that was never trained, below a folder, and ways to read it. */
export async function writtenReport(
  root: string,
  name: string,
  data: DataSet,
  options: Readonly<Record<string, unknown>>,
  beside?: Run,
) {
  const folder = await runFolder(root, name)
  const run = tinyRun({ data, options, folder })
  const stages: string[] = []
  const written = await writeReport(run, {
    onStage: (what) => stages.push(what),
    ...(beside && { beside }),
  })
  const html = await readFile(written.report, 'utf8')
  const { document } = parseHTML(html)
  const section = (id: string) => document.querySelector(`section#${id}`)
  return {
    run,
    folder,
    written,
    stages,
    html,
    document,
    section,
    text: (id: string) => section(id)?.textContent ?? '',
    cells: (id: string) =>
      Array.from(section(id)?.querySelectorAll('tbody tr') ?? [], (row) =>
        Array.from(row.querySelectorAll('th, td'), (cell) => cell.textContent ?? ''),
      ),
    sections: Array.from(document.querySelectorAll('section'), (element) => element.id),
    figures: Array.from(document.querySelectorAll('figure'), ({ id }) =>
      id.replace(/^figure-/, ''),
    ),
    png: (figure: string) => readFile(join(folder, 'samples', `${figure}.png`)),
  }
}
