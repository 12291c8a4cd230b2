// Faults that no test found once, and others of their kind: each one change of a source file, and the tests that
// must fail with it. `npm run mutations` tries them.
import { anomaly } from './anomaly.js'
import { columns } from './columns.js'
import { control } from './control.js'
import { disk } from './disk.js'
import { exports } from './export.js'
import { generation } from './generation.js'
import { graphs } from './graphs.js'
import { imputation } from './imputation.js'
import { installed } from './installed.js'
import { library } from './library.js'
import { likelihood } from './likelihood.js'
import { limits } from './limits.js'
import { normal } from './normal.js'
import { packages } from './package.js'
import { plans } from './plan.js'
import { printed } from './printed.js'
import { rows } from './rows.js'
import { serving } from './serving.js'
import { shaders } from './shaders.js'
import { studio } from './studio.js'
import { studioSession } from './studio-session.js'
import { tables } from './tables.js'
import { terminal } from './terminal.js'
import { valuesIn } from './values.js'
import { written } from './written.js'

/**
 * @typedef {object} Mutation
 * @property {string} name what the program does wrong
 * @property {string} file
 * @property {string} from stands in the file exactly once
 * @property {string} to
 * @property {readonly string[]} tests files of which one at least fails
 */

/** @type {readonly Mutation[]} */
export const mutations = [
  ...rows,
  ...valuesIn,
  ...likelihood,
  ...columns,
  ...generation,
  ...packages,
  ...printed,
  ...limits,
  ...library,
  ...installed,
  ...terminal,
  ...disk,
  ...tables,
  ...written,
  ...anomaly,
  ...normal,
  ...imputation,
  ...graphs,
  ...exports,
  ...plans,
  ...shaders,
  ...serving,
  ...studio,
  ...studioSession,
  ...control,
]

/** @throws {Error} where the text is not there exactly once */
export function mutated(text, { name, file, from, to }) {
  const parts = text.split(from)
  if (parts.length === 2) return parts.join(to)
  throw new Error(`${name}: ${file} has ${parts.length - 1} places that read ${from}`)
}
