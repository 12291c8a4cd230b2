import { sizeOf } from '../../tensor/host.ts'
import type { OpName } from '../rule.ts'
import type { Tensor } from '../tensor.ts'
import { bracketed } from './indices.ts'
import { type BufferName, type Place, shaderType } from './place.ts'

/** The text of one element of an expression, from those of its inputs. */
export type Element = (scope: Scope, node: Tensor, index: string) => string

/** How each op is written where an element of it is read; `kernel` for those that parts of their own compute. */
export type Elements = { readonly [O in OpName]: Element | 'kernel' }

/** What the text of one part of a shader needs beside its statements. */
export class PartText {
  /** Functions that are called. */
  readonly functions = new Set<string>()
  /** Buffers that are read or written. */
  readonly buffers = new Set<BufferName>()
  private names = 0

  /**
   * @param elements how ops are written
   * @param places where arrays lie
   * @param given values that this part computes by statements of its own, by their index
   * @param own what this part stores
   */
  constructor(
    private readonly elements: Elements,
    private readonly places: ReadonlyMap<Tensor, Place>,
    private readonly given: ReadonlyMap<Tensor, (scope: Scope, index: string) => string>,
    private readonly own: ReadonlySet<Tensor> = new Set(),
  ) {}

  fresh(): string {
    return `v${this.names++}`
  }

  /** A call of one of our functions. */
  call(name: string, ...args: readonly string[]): string {
    this.functions.add(name)
    return `${name}(${args.join(', ')})`
  }

  elementOf({ op }: Tensor): Element {
    const element = this.elements[op]
    if (element === 'kernel') throw new Error(`${op} is read before it has been computed`)
    return element
  }

  /** An element that is computed or stored already; undefined for an expression that is written where it is read. */
  known(scope: Scope, node: Tensor, index: string): string | undefined {
    const given = this.given.get(node)
    if (given) return given(scope, index)
    const place = this.own.has(node) ? undefined : this.places.get(node)
    return place && this.load(node, place, index)
  }

  load(node: Tensor, { buffer, offset, packed }: Place, index: string): string {
    this.buffers.add(buffer)
    const at = (text: string) => (offset === 0 ? text : `${bracketed(text)} + ${offset}u`)
    if (packed) {
      const word = `${buffer}[${at(`${bracketed(index)} / 4u`)}]`
      const byte = `((${word} >> ((${bracketed(index)} % 4u) * 8u)) & 255u)`
      return node.dtype === 'bool' ? `(${byte} != 0u)` : byte
    }
    if (node.dtype === 'int64') {
      const low = at(`${bracketed(index)} * 2u`)
      return `vec2u(${buffer}[${low}], ${buffer}[${low} + 1u])`
    }
    const word = `${buffer}[${at(index)}]`
    if (node.dtype === 'float') return `bitcast<f32>(${word})`
    return node.dtype === 'bool' ? `(${word} != 0u)` : word
  }

  /** Statements that store an element. */
  store(node: Tensor, { buffer, offset }: Place, index: string, value: string): string[] {
    this.buffers.add(buffer)
    const at = (text: string) => (offset === 0 ? text : `${bracketed(text)} + ${offset}u`)
    if (node.dtype === 'int64') {
      const low = at(`${bracketed(index)} * 2u`)
      return [`${buffer}[${low}] = ${value}.x;`, `${buffer}[${low} + 1u] = ${value}.y;`]
    }
    const word =
      node.dtype === 'float'
        ? `bitcast<u32>(${value})`
        : node.dtype === 'bool'
          ? `select(0u, 1u, ${value})`
          : value
    return [`${buffer}[${at(index)}] = ${word};`]
  }
}

/** Statements of a block, and the elements and indices that they have named. */
export class Scope {
  readonly lines: string[] = []

  constructor(
    readonly part: PartText,
    private readonly named: Map<string, string> = new Map(),
  ) {}

  /** A block inside this one, which can use what is named here. */
  block(): Scope {
    return new Scope(this.part, new Map(this.named))
  }

  /** A name for a value; equal texts have one name. */
  name(text: string): string {
    if (/^(\w+|-?[\d.]+(e[+-]?\d+)?[uf]?)$/.test(text)) return text
    const known = this.named.get(text)
    if (known) return known
    const name = this.part.fresh()
    this.lines.push(`let ${name} = ${text};`)
    this.named.set(text, name)
    return name
  }

  /**
   * A variable of the type of an expression's elements, zero at first: in a loop, each time anew. WGSL says so of a variable
   * without a value, too, but not every device keeps to it.
   */
  variable(node: Tensor): string {
    const name = this.part.fresh()
    this.lines.push(`var ${name} = ${shaderType(node)}();`)
    return name
  }

  /** The name of an element of an expression, in row-major order; statements that compute it are added. */
  at(node: Tensor, index: string): string {
    const size = sizeOf(node.shape as number[])
    // Never read, in a loop over nothing; its indices would be divided by 0.
    if (size === 0) return `${shaderType(node)}()`
    const at = size === 1 ? '0u' : this.name(index)
    const key = `${node.id}@${at}`
    const before = this.named.get(key)
    if (before) return before
    const value = this.name(this.part.known(this, node, at) ?? this.computed(node, at))
    this.named.set(key, value)
    return value
  }

  private computed(node: Tensor, index: string): string {
    shaderType(node)
    return this.part.elementOf(node)(this, node, index)
  }
}
