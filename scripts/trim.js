// What a package leaves out of dist: comments of the program, which its declarations repeat, declarations that no public one
// leads to, and most of the indentation.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript-api'

/**
 * Trims the compiled files in `dist`, in place.
 *
 * @param {string} dist
 * @param {readonly string[]} entries public declarations
 */
export function trim(dist, entries) {
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  const paths = names.map((name) => resolve(dist, name))
  const reached = declarationsFrom(entries.map((path) => resolve(path)))
  for (const path of paths) {
    if (path.endsWith('.js')) writeFileSync(path, withoutComments(path))
    else if (path.endsWith('.d.ts') && !reached.has(path)) rmSync(path)
  }
}

const withoutComments = (path) => indentedByTabs(withoutTheirComments(path))

// With parents, texts are printed as they stand.
const parsed = (text) => ts.createSourceFile('program.js', text, ts.ScriptTarget.ES2022, true)

/** A tab in place of four spaces at the beginning of each line, outside of texts. */
function indentedByTabs(program) {
  const inText = linesInTexts(program)
  return program
    .split('\n')
    .map((text, line) =>
      inText.has(line)
        ? text
        : text.replace(/^(?: {4})+/, (spaces) => '\t'.repeat(spaces.length / 4)),
    )
    .join('\n')
}

/** The lines that begin within a template. @returns {Set<number>} */
function linesInTexts(program) {
  const lines = new Set()
  if (!program.includes('`')) return lines
  const source = parsed(program)
  const visit = (node) => {
    if (ts.isTemplateLiteralToken(node)) {
      const [first, last] = [node.getStart(source), node.end].map(
        (at) => source.getLineAndCharacterOfPosition(at).line,
      )
      for (let line = first + 1; line <= last; line++) lines.add(line)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return lines
}

// Below ES2021, the default, `1_000` is printed as `1000`; the option is not among the declared ones.
const printer = ts.createPrinter({ removeComments: true, target: ts.ScriptTarget.ES2022 })

/** Printed, not compiled: a program for each file would take most of the time. */
const withoutTheirComments = (path) => printer.printFile(parsed(readFileSync(path, 'utf8')))

/** The paths of some declarations, and of all that they import. @returns {Set<string>} */
function declarationsFrom(entries) {
  const reached = new Set()
  const visit = (path) => {
    if (reached.has(path) || !existsSync(path)) return
    reached.add(path)
    for (const { fileName } of ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles)
      if (fileName.startsWith('.'))
        visit(join(dirname(path), fileName.replace(/\.[jt]s$/, '.d.ts')))
  }
  for (const path of entries) visit(path)
  return reached
}
