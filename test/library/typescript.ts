import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript-api'

const root = fileURLToPath(new URL('../..', import.meta.url))

const compilerOptions = (): ts.CompilerOptions => {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options
}

/** What an editor shows of a program that imports the sources: its errors, and texts on hover. */
export interface Editor {
  /** Messages of the compiler, each with its line counted from 1. */
  errors(): string[]
  /** What is shown where `code` first occurs in the program: the type, the documentation and the tags. */
  hover(code: string): { readonly type: string; readonly text: string }
  /** What is offered for the text after `code`. */
  completions(code: string): string[]
}

/** Opens programs, by their names, that stand as it were in the folder of the tests of the library. */
export function editors<N extends string>(programs: Readonly<Record<N, string>>) {
  const texts = new Map(
    Object.entries<string>(programs).map(([name, text]) => [pathOf(name), text]),
  )
  const options = compilerOptions()
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...texts.keys()],
    getScriptVersion: () => '0',
    getScriptSnapshot(name) {
      const text = texts.get(name) ?? ts.sys.readFile(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (name) => texts.has(name) || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  }
  const service = ts.createLanguageService(host)
  return Object.fromEntries(
    Object.entries<string>(programs).map(([name, text]) => [
      name,
      editorOf(service, pathOf(name), text),
    ]),
  ) as Record<N, Editor>
}

const pathOf = (name: string) => `${root}test/library/${name}.ts`

function editorOf(service: ts.LanguageService, path: string, program: string): Editor {
  const at = (code: string) => {
    const found = program.indexOf(code)
    if (found < 0) throw new Error(`${code} is not in the program`)
    return found
  }
  return {
    errors: () =>
      service.getSemanticDiagnostics(path).map(({ messageText, start = 0 }) => {
        const line = program.slice(0, start).split('\n').length
        return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
      }),
    hover(code) {
      const info = service.getQuickInfoAtPosition(path, at(code))
      const tags = (info?.tags ?? []).map(
        ({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`,
      )
      return {
        type: ts.displayPartsToString(info?.displayParts),
        text: [ts.displayPartsToString(info?.documentation), ...tags].join('\n'),
      }
    },
    completions: (code) =>
      (service.getCompletionsAtPosition(path, at(code) + code.length, {})?.entries ?? []).map(
        ({ name }) => name,
      ),
  }
}

/** Names that a source file exports, types included. */
export function exportedNames(paths: readonly string[]): string[][] {
  const files = paths.map((path) => `${root}${path}`)
  // Names need neither the library's types nor those of other packages.
  const options = { ...compilerOptions(), noLib: true, types: [] }
  const host = ts.createCompilerHost(options)
  host.resolveModuleNameLiterals = (literals, file) =>
    literals.map(({ text }) =>
      text.startsWith('.')
        ? ts.resolveModuleName(text, file, options, host)
        : { resolvedModule: undefined },
    )
  const program = ts.createProgram(files, options, host)
  const checker = program.getTypeChecker()
  return files.map((file) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!
    return checker.getExportsOfModule(module).map(({ name }) => name)
  })
}

export const sourceText = (path: string): string => readFileSync(`${root}${path}`, 'utf8')
