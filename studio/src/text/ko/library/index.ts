import type { Text } from '../../text.ts'
import { translator } from '../../translator.ts'
import { train } from '../train.ts'
import { reason, treatment } from './columns.ts'
import { evidence, remedy } from './evidence.ts'
import { finding } from './findings.ts'
import { models } from './models.ts'
import { options } from './options.ts'

export const library: Text['library'] = {
  model: translator(models),
  option: translator(options),
  finding: translator(finding),
  evidence,
  remedy,
  setting: (_, options) =>
    Object.entries(options)
      .map(([name, value]) => `${train.form.names[name] ?? name} = ${valueText(value)}`)
      .join(', '),
  reason,
  treatment,
}

const valueText = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? '켬' : '끔') : String(value)
