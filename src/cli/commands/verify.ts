import { MANIFEST } from '../../package/files.ts'
import { UserError } from '../../tensor/errors.ts'
import { counted } from '../../tensor/numbers.ts'
import { defineCommand } from '../command.ts'
import { text } from '../flags.ts'
import { jsonFlag } from '../run-command.ts'
import { log, print, printJson } from '../terminal.ts'

export const verify = defineCommand({
  subject: { name: 'PACKAGE' },
  flags: {
    seal: text('SEAL', 'the seal that manifest.json must have: that of the package that you mean'),
    json: jsonFlag,
  },
  notes:
    'Checks each file against its hash in the manifest, and runs the goldens through the model and through its ONNX files. PACKAGE is a folder, or an address that begins with http:// or https://.',
  examples: ['latentlab verify packages/sensors', 'latentlab verify packages/sensors --json'],
  async run({ subject, flags: { seal, json } }) {
    const { verifyPackage } = await import('../../app/package/node.ts')
    const found = await verifyPackage(subject, { seal })
    const { sound, findings, model, onnx } = found
    const largest = Math.max(0, ...[...model, ...onnx].map((one) => one.largest))
    const faults = findings.filter(({ isNote }) => !isNote)
    if (faults.length === 1 && faults[0]!.path === MANIFEST && seal === undefined && !json)
      throw new UserError(
        `${subject}: cannot be checked: ${MANIFEST}: ${faults[0]!.what}; expected a package, as latentlab export writes it`,
      )
    if (json) printJson({ package: subject, sound, findings, model, onnx })
    else
      for (const { path, what, isNote } of findings)
        (isNote ? log : print)(path ? `${path}: ${what}` : what)
    if (!sound)
      throw new UserError(
        `${subject}: ${counted(faults.length, 'fault')}; do not use this package; copy or export it again`,
      )
    if (!json)
      print(
        `${subject}: sound; ${counted(model.length + onnx.length, 'output')} of the model and of ONNX Runtime agree with the goldens (|a - b| / (1 + |b|) is at most ${largest.toPrecision(2)})`,
      )
  },
})
