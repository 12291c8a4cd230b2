import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import ts from 'typescript-api'

/** What stands in a sentence of a program: text, and expressions whose values are known only when it runs. */
export type Part = string | { readonly code: string }

/** A sentence that a program can write: one choice of branches in its templates. */
export interface Sentence {
  readonly parts: readonly Part[]
  /** The conditions that it depends on, with whether they hold. */
  readonly branches: ReadonlyMap<string, boolean>
}

/** Where sentences are: the values of these properties, and the arguments at these indices of calls. */
export interface Wanted {
  readonly properties?: readonly string[]
  readonly calls?: Readonly<Record<string, number>>
  /** Functions whose values are parts by themselves. */
  readonly opaque?: readonly string[]
}

/** All sentences in a file of `src/`, of any choice of branches. Values that are no text at all are left out. */
export function sentencesIn(path: string, wanted: Wanted): Sentence[] {
  const { properties = [], calls = {}, opaque = [] } = wanted
  const found: Sentence[] = []
  const take = (node: ts.Expression | undefined) => {
    if (node) found.push(...expanded(node, opaque).filter(isText))
  }
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && properties.includes(node.name.getText()))
      take(node.initializer)
    if (ts.isCallExpression(node) && Object.hasOwn(calls, node.expression.getText()))
      take(node.arguments[calls[node.expression.getText()]!])
    ts.forEachChild(node, visit)
  }
  visit(parsed(resolve(import.meta.dirname, '../../src', path)))
  return found
}

const files = new Map<string, ts.SourceFile>()

function parsed(path: string): ts.SourceFile {
  const known = files.get(path)
  if (known) return known
  const text = readFileSync(path, 'utf8')
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  files.set(path, file)
  return file
}

const isText = ({ parts }: Sentence): boolean =>
  parts.some((part) => typeof part === 'string' && /[A-Za-z]{2,}/.test(part))

const unknown = (node: ts.Node): Sentence[] => [
  { parts: [{ code: node.getText() }], branches: new Map() },
]

/** The texts that an expression can be. */
function expanded(node: ts.Expression, opaque: readonly string[]): Sentence[] {
  const into = (other: ts.Expression) => expanded(other, opaque)
  if (ts.isStringLiteralLike(node)) return [{ parts: [node.text], branches: new Map() }]
  if (ts.isParenthesizedExpression(node)) return into(node.expression)
  if (ts.isTemplateExpression(node)) {
    const head: Sentence = { parts: [node.head.text], branches: new Map() }
    return node.templateSpans.reduce<Sentence[]>(
      (before, { expression, literal }) =>
        before.flatMap((one) =>
          into(expression).flatMap((next) => joined(one, next, literal.text)),
        ),
      [head],
    )
  }
  if (ts.isConditionalExpression(node)) {
    const of = (branch: ts.Expression, holds: boolean) =>
      into(branch).flatMap((one) => under(one, node.condition.getText(), holds))
    const all = [...of(node.whenTrue, true), ...of(node.whenFalse, false)]
    return all.every(({ parts }) => parts.every((part) => typeof part !== 'string'))
      ? unknown(node)
      : all
  }
  const name = ts.isCallExpression(node) ? node.expression : node
  if (!ts.isIdentifier(name) || opaque.includes(name.text)) return unknown(node)
  const all = (declared(name) ?? []).flatMap(into)
  // A function of numbers alone writes a number.
  return all.some(isText) || (all.length > 0 && name === node) ? all : unknown(node)
}

/** The second after the first, unless they ask for different branches. */
function joined(one: Sentence, next: Sentence, text: string): Sentence[] {
  for (const [condition, holds] of next.branches)
    if ((one.branches.get(condition) ?? holds) !== holds) return []
  return [
    {
      parts: [...one.parts, ...next.parts, text],
      branches: new Map([...one.branches, ...next.branches]),
    },
  ]
}

const under = (one: Sentence, condition: string, holds: boolean): Sentence[] =>
  (one.branches.get(condition) ?? holds) === holds
    ? [{ ...one, branches: new Map([...one.branches, [condition, holds]]) }]
    : []

/** What a name stands for where it is used: the value of a constant, or what a function returns. */
function declared(name: ts.Identifier): readonly ts.Expression[] | undefined {
  for (let scope: ts.Node = name.parent; scope; scope = scope.parent) {
    if (
      ts.isFunctionLike(scope) &&
      scope.parameters.some((one) => namesIn(one.name).includes(name.text))
    )
      return undefined
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) continue
    const found = among(scope.statements, name.text)
    if (found) return found
  }
  return undefined
}

const namesIn = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((one) => (ts.isBindingElement(one) ? namesIn(one.name) : []))

function among(
  statements: readonly ts.Statement[],
  name: string,
): readonly ts.Expression[] | undefined {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name)
      return returned(statement)
    if (ts.isVariableStatement(statement))
      for (const one of statement.declarationList.declarations) {
        if (!namesIn(one.name).includes(name)) continue
        if (!ts.isIdentifier(one.name) || !one.initializer) return []
        return ts.isArrowFunction(one.initializer) ? returned(one.initializer) : [one.initializer]
      }
    if (ts.isImportDeclaration(statement)) {
      const { namedBindings } = statement.importClause ?? {}
      const from = (statement.moduleSpecifier as ts.StringLiteral).text
      if (!namedBindings || !ts.isNamedImports(namedBindings) || !from.startsWith('.')) continue
      const one = namedBindings.elements.find((element) => element.name.text === name)
      if (!one) continue
      const path = resolve(dirname(statement.getSourceFile().fileName), from)
      return among(parsed(path).statements, (one.propertyName ?? one.name).text)
    }
  }
  return undefined
}

/** What a function returns, of all its own returns. */
function returned({ body }: ts.FunctionDeclaration | ts.ArrowFunction): ts.Expression[] {
  if (!body) return []
  if (!ts.isBlock(body)) return [body]
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression)
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(body, visit)
  return found
}
