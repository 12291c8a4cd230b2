import { resolve } from 'node:path'
import { exportedScores } from '../../app/package/export-options.ts'
import { requireNewFolder } from '../../data/disk/new-folder.ts'
import { MANIFEST } from '../../package/files.ts'
import { writePackage } from '../../package/folder.ts'
import { differenceText } from '../../package/golden-differences.ts'
import { lastName } from '../../tensor/described.ts'
import { bytesText, counted } from '../../tensor/numbers.ts'
import { defineCommand } from '../command.ts'
import { oneOf, share, text } from '../flags.ts'
import { dataFlags, dataSource, runFlags, runSubject, withRun } from '../run-command.ts'
import { log, print, printJson } from '../terminal.ts'

export const exportPackage = defineCommand({
  subject: runSubject,
  flags: {
    out: text('FOLDER', 'folder of the package, which must not exist', 'package'),
    name: text('NAME', 'what the package is called (default: the name of the folder)'),
    score: oneOf(
      exportedScores,
      'score of the package: auto is the bound where the model has one, else the squared error of the reconstruction; distance needs training examples inside the package; none leaves scores out',
      'auto',
    ),
    falseAlarms: share(
      'share of normal examples that may raise an alarm (default 0.01, or the lowest that the test examples support)',
    ),
    precision: oneOf(
      ['float32', 'float16'],
      'how weights are stored; what 16 bits cost is measured and stands in the card',
      'float32',
    ),
    ...dataFlags,
    ...runFlags,
  },
  notes: `A package holds all that an answer depends on: the model, how values are read, the threshold of its alarms, and inputs with their outputs, by which it is checked wherever it is opened. It holds no training examples unless its score is the distance. Its ONNX files are run first, and nothing is written where they do not agree with the model.`,
  examples: [
    'latentlab export runs/sensors --out packages/sensors',
    'latentlab export runs/sensors --false-alarms 0.001 --score distance --out packages/sensors',
    'latentlab export runs/digits --precision float16 --out packages/digits',
  ],
  async run(input) {
    const { flags } = input
    await requireNewFolder(flags.out)
    const { exported } = await import('../../app/package/export.ts')
    const { scoringOfRun } = await import('../../app/answers/stored-scoring.ts')
    // A package is ONNX files, which are run here: also those of a run that was trained on a GPU.
    const onCpu = { ...flags, device: flags.device ?? ('cpu' as const) }
    const made = await withRun(
      { ...input, flags: onCpu, source: dataSource(flags) },
      async (run) => {
        const { score, falseAlarms, precision, name } = flags
        const { signal } = input.interruption
        const scoring = (names: Parameters<typeof scoringOfRun>[1]) =>
          scoringOfRun(run, names, { signal })
        const source = { ...run, trained: run, scoring }
        const called = name ?? lastName(resolve(flags.out))
        return exported(source, { name: called, score, falseAlarms, precision })
      },
    )
    await writePackage(flags.out, made.files)
    const { files, threshold, trainingExamples, largestDifference, loss } = made
    const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0)
    const manifest = JSON.parse(new TextDecoder().decode(files.get(MANIFEST))) as { seal: string }
    if (flags.json)
      return printJson({
        out: flags.out,
        files: [...files.keys()],
        bytes,
        seal: manifest.seal,
        threshold,
        trainingExamples,
        largestDifference,
        loss,
      })
    print(`${flags.out}: ${counted(files.size, 'file')}, ${bytesText(bytes)}`)
    print(
      `ONNX Runtime agrees with the model: |a - b| / (1 + |b|) is at most ${largestDifference.toPrecision(2)}`,
    )
    if (loss) {
      const worst = [...loss].sort((a, b) => b.largest - a.largest)[0]!
      print(`16-bit weights change ${differenceText(worst)}; README.md lists all`)
    }
    if (threshold)
      print(
        `score ${threshold.score}: alarms above ${Number(threshold.threshold.toPrecision(6))} (false alarms ${Number(threshold.rate.estimate.toPrecision(3))}, 95 % interval ${Number(threshold.rate.low.toPrecision(3))} to ${Number(threshold.rate.high.toPrecision(3))})`,
      )
    if (trainingExamples > 0)
      log(
        `${counted(trainingExamples, 'training example')} can be read from the package: the distance compares with them`,
      )
    else if (threshold)
      log(
        'the package holds no training examples; the distance, which finds more anomalies on average, would need them: --score distance',
      )
  },
})
