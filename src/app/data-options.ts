import { z } from 'zod'
import { flag, integer, list, readBy, text } from '../config/options.ts'
import { expecting, naming } from '../config/schema-facts.ts'
import { type LayoutName, layoutSyntax } from '../data/layout.ts'
import { type NormalLabels, normalTexts } from '../data/normal.ts'
import {
  colours,
  fits,
  groundIn,
  groundSyntax,
  sizeIn,
  sizeSyntax,
} from '../data/pictures/reading.ts'

/** How pictures become examples. */
const pictureOptions = {
  size: text((value) => sizeIn(value) !== undefined, sizeSyntax)
    .optional()
    .describe(
      'pixels of the examples made of pictures: 64, or WIDTHxHEIGHT (default: the size that all pictures have)',
    ),
  fit: z
    .enum(fits)
    .optional()
    .describe(
      'what to do with pictures of another shape: crop, pad or stretch (default crop); only with size',
    ),
  colour: z
    .enum(colours)
    .optional()
    .describe('grey or rgb (default: grey if all pictures are grey, else rgb)'),
  ground: text((value) => groundIn(value) !== undefined, groundSyntax, ['white', 'black'])
    .optional()
    .describe(
      'what lies behind transparent pixels and beside padded pictures: white, black or #rrggbb (default white)',
    ),
  cache: flag()
    .default(true)
    .describe(
      'keep what takes long to read, such as decoded pictures, in the cache for the next start',
    ),
}

/** Labels as text, in one order, so that 0 and '0' make the same configuration. */
const normalLabels = () =>
  expecting(
    readBy(
      (value) => {
        const labels = list(value)
        return isLabels(labels) ? normalTexts(labels) : labels
      },
      z.array(z.string().min(1)).min(1),
    ) as unknown as z.ZodType<(string | number | boolean)[]>,
    'one label or more, such as 0 or ok,idle',
  )

const isLabels = (values: unknown): values is NormalLabels =>
  Array.isArray(values) &&
  values.every((value) => ['string', 'number', 'boolean'].includes(typeof value))

/** How a table is read, where the file does not say, and what its columns are. */
const tableFields = {
  schema: naming(z.string())
    .optional()
    .describe('file that says what each column of a table is, as inspect writes it'),
  label: z
    .string()
    .optional()
    .describe('column of a table that holds the labels (labels names a file of them)'),
  normal: normalLabels()
    .optional()
    .describe(
      'labels of normal examples, such as 0 or ok,idle: only these are learned from, and the others measure how well anomalies are found',
    ),
  missing: readBy(list, z.array(z.string()))
    .optional()
    .describe('texts of a table that stand for a missing value, instead of the usual ones'),
  standardise: flag()
    .default(true)
    .describe(
      'bring numeric columns of a table to mean 0 and standard deviation 1 where the likelihood is real-valued',
    ),
  separator: z
    .string()
    .optional()
    .describe('what separates the values of a CSV file: a character, or tab'),
  encoding: z
    .string()
    .optional()
    .describe('encoding of a text file, such as utf-8, euc-kr or windows-1252'),
  header: flag()
    .optional()
    .describe('whether the first line of a CSV file holds the names of its columns'),
  decimal: z
    .enum(['point', 'comma'])
    .optional()
    .describe('decimal sign of a CSV file: point or comma'),
  comment: z
    .string()
    .optional()
    .describe('lines of a CSV file that begin with this text are skipped'),
  array: z.string().optional().describe('which array of an .npz archive holds the examples'),
}

/** The data that is trained on, and how it is split. */
export const dataConfig = z.strictObject({
  data: naming(z.string(), ['mnist', 'birdstrikes', 'penguins'])
    .default('mnist')
    .describe(
      'mnist, birdstrikes, penguins, a folder of pictures, or a file: a table (CSV, Parquet, JSON lines, ARFF), or arrays (.npy, .npz, IDX), also gzipped',
    ),
  labels: naming(z.string())
    .optional()
    .describe('file of labels, IDX (also .gz) or .npy (label names a column of a table)'),
  testData: naming(z.string())
    .optional()
    .describe('file of test examples, instead of cutting them off'),
  testLabels: naming(z.string()).optional().describe('labels of the test examples'),
  layout: (z.string() as unknown as z.ZodType<LayoutName>)
    .optional()
    .describe(
      `how to read the array of examples if its shape does not say: ${layoutSyntax} (default: [N, D] is a table, [N, H, W] images, of [N, A, B, C] the axis of 1, 3 or 4 is the channels)`,
    ),
  validation: integer(0)
    .optional()
    .describe(
      'examples held out of training for validation, chosen by seed (default: 5000, or a tenth if that is fewer; 0 for none)',
    ),
  test: integer(1)
    .optional()
    .describe('examples held out for testing if the data has no test set (default: a tenth)'),
  splitBy: z
    .string()
    .optional()
    .describe('column of a table that says train, validation or test in every row'),
  timeOrder: z
    .string()
    .optional()
    .describe(
      'column of dates, times or numbers: the latest rows are for testing, those before them for validation',
    ),
  group: z
    .string()
    .optional()
    .describe('column of a table whose groups are kept together: none is in two splits'),
  ...pictureOptions,
  binarize: z
    .enum(['none', 'static', 'dynamic'])
    .default('none')
    .describe(
      'draw 0 or 1 with the grey value as probability: none, static (once) or dynamic (afresh at every step)',
    ),
  ...tableFields,
})

export const computeConfig = z.strictObject({
  device: z.enum(['cpu', 'webgpu']).default('cpu').describe('what to compute with: cpu or webgpu'),
  threads: integer(0, 1024).default(0).describe('threads; 0 for one per core'),
  kernels: z
    .enum(['auto', 'onnx'])
    .default('auto')
    .describe(
      'what computes training steps: auto for native kernels where this machine can run them, onnx for plain ONNX',
    ),
})

/** Options of data that matter before a model is trained on it. */
export const inspectedFields = z.strictObject(tableFields).pick({
  schema: true,
  label: true,
  normal: true,
  missing: true,
  separator: true,
  encoding: true,
  header: true,
  decimal: true,
  comment: true,
  array: true,
})
