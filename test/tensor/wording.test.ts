import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import ts from 'typescript-api'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/tensor/errors.ts'
import { given, option, verb, worded } from '../../src/tensor/wording.ts'

describe('a wording', () => {
  it('names an option to one reader and its flag to the other', () => {
    expect(worded`give ${option('testLabels')}, or ${option('clip', 1)}`).toEqual({
      library: 'give testLabels, or clip: 1',
      commandLine: 'give --test-labels, or --clip 1',
    })
    expect(worded`${given('lr', 3)}: done; ${verb('resume', 'runs/x')}`).toEqual({
      library: "lr 3: done; resume('runs/x')",
      commandLine: '--lr 3: done; latentlab resume runs/x',
    })
  })

  it('may be a part of another, and plain values are what they are', () => {
    const inner = worded`use ${option('likelihood', 'gaussian')}`
    expect(worded`row ${7}: ${'a\\n'} ${inner}`).toEqual({
      library: "row 7: a\\n use likelihood: 'gaussian'",
      commandLine: 'row 7: a\\n use --likelihood gaussian',
    })
  })

  it('is the message of an error and its text for the command line', () => {
    const error = new UserError(worded`try a lower ${option('lr')}`)
    expect([error.message, error.commandLine]).toEqual(['try a lower lr', 'try a lower --lr'])
    const quoting = new UserError(worded`config.json: ${error.wording}`)
    expect(quoting.message).toBe('config.json: try a lower lr')
    expect(quoting.commandLine).toBe('config.json: try a lower --lr')
    const plain = new UserError('no such file')
    expect([plain.message, plain.commandLine]).toEqual(['no such file', 'no such file'])
  })
})

const root = resolve(import.meta.dirname, '../../src')

/** What may hold flags or commands in its texts outside `src/cli`, and why. */
const allowed: Readonly<Record<string, string>> = {
  'app/package/card/': 'a card shows commands to type',
  'app/report/': 'a report prints commands to type',
  'data/table/cells.ts': 'marks of missing values, of which one is two dashes',
  'package/graphs/preprocess.ts': 'the name of the file format',
  'package/manifest.ts': 'the name of the file format',
  'report/report-style.ts': 'names of CSS variables',
  'report/class-names.ts': 'names of CSS variables',
  'server/': 'a service is started by the command line alone',
  'runtime/collector.ts': 'a flag of V8',
  'train/checkpoint.ts': 'the name of the file format',
  'tensor/wording.ts': 'where flags are made from options',
}

/** Texts of a file in which a flag or a command of ours stands, but for those worded for the command line. */
function typedIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText(source) === 'commandLine') return
    const text =
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
        ? node.text
        : ''
    if (/(^|[^\w-])--([a-z]|$)|\blatentlab [a-z]/.test(text)) found.push(text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

describe('the texts of the sources outside the command line', () => {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(root, file).startsWith('cli'))
  const found = files.flatMap((file) =>
    typedIn(file).map((text) => [relative(root, file).replaceAll('\\', '/'), text] as const),
  )

  it('name options, so that an error of the library never names a flag', () => {
    const names = Object.keys(allowed)
    const wrong = found.filter(([file]) => !names.some((name) => file.startsWith(name)))
    expect(wrong).toEqual([])
  })

  it('need every exception that is made', () => {
    const idle = Object.keys(allowed).filter(
      (name) => !found.some(([file]) => file.startsWith(name)),
    )
    expect(idle).toEqual([])
  })
})
