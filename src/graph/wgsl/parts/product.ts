import { Scope } from '../scope.ts'
import { type Element, type Factors, factorsOf } from './factors.ts'
import { type Part, partText, storing, storingPartial, type Work } from './part.ts'
import { loaded, pitchOf, type Strip, shared } from './strips.ts'
import { divisionOf, type Tile } from './tiles.ts'

const range = (n: number) => Array.from({ length: n }, (_, i) => i)

/**
 * A product of matrices, or a convolution: workgroups compute tiles of the result. Steps along k bring two strips of the
 * factors into the workgroup's memory, from which each invocation multiplies a few rows by a few columns.
 */
export function productPart(work: Work): Part {
  const { id } = work
  const main = work.main!
  const factors = factorsOf(main)
  const { z, m, n, k } = factors
  const { tile } = divisionOf(factors)
  const splits = work.partial?.splits ?? 1
  const { down, across, rows, columns, depth } = tile
  const [high, wide] = [down * rows, across * columns]
  const [tilesDown, tilesAcross] = [Math.ceil(m / high), Math.ceil(n / wide)]
  const each = Math.ceil(k / splits)
  const text = partText(work, () => 'sum')
  const a = { length: high, depth, neighbours: neighboursOf(rows), alongK: factors.alongK.a }
  const b = { length: wide, depth, neighbours: neighboursOf(columns), alongK: factors.alongK.b }
  const strips: [Strip, Strip] = [
    { ...a, name: `a_${id}`, first: 'm0', from: 0 },
    { ...b, name: `b_${id}`, first: 'n0', from: depth * pitchOf(a) },
  ]
  const scopes = [new Scope(text), new Scope(text)] as const
  const elements = [factors.a(scopes[0], 'z', 'p', 'k'), factors.b(scopes[1], 'z', 'k', 'p')]
  const results = range(rows).flatMap((i) => range(columns).map((j) => [i, j] as const))
  return {
    label: `${main.op} ${z > 1 ? `${z} x ` : ''}[${m}, ${k}] [${k}, ${n}]`,
    workgroups: tilesDown * tilesAcross * z * splits,
    lines: [
      `let tile = w % ${tilesDown * tilesAcross}u;`,
      `let z = w / ${tilesDown * tilesAcross}u % ${z}u;`,
      `let part = w / ${tilesDown * tilesAcross * z}u;`,
      `let m0 = tile / ${tilesAcross}u * ${high}u;`,
      `let n0 = tile % ${tilesAcross}u * ${wide}u;`,
      `let row = l / ${across}u;`,
      `let column = l % ${across}u;`,
      `let start = part * ${each}u;`,
      `let end = min(start + ${each}u, ${k}u);`,
      ...results.map(([i, j]) => `var s${i}_${j} = 0.0;`),
      ...strips.flatMap((strip) => loaded(strip, 'var ', 'start')),
      `for (var k0 = start; k0 < end; k0 += ${depth}u) {`,
      ...strips.flatMap(shared),
      'workgroupBarrier();',
      // The next strips are on their way while these are multiplied.
      ...strips.flatMap((strip) => loaded(strip, '', `k0 + ${depth}u`)),
      ...multiplied(tile, strips, work.unrolled),
      'workgroupBarrier();',
      '}',
      ...results.map(
        ([i, j]) =>
          `done_${id}(z, part, m0 + ${placed('row', i, rows, down)}, n0 + ${placed('column', j, columns, across)}, s${i}_${j});`,
      ),
    ],
    own: [
      ...elementFunction(strips[0].name, scopes[0], elements[0]!, m),
      ...elementFunction(strips[1].name, scopes[1], elements[1]!, n),
      ...resultFunction(work, new Scope(text), factors),
    ],
    functions: text.functions,
    buffers: text.buffers,
    shared: depth * (pitchOf(a) + pitchOf(b)),
  }
}

/** How many of an invocation's rows or columns are neighbours. */
const neighboursOf = (count: number): number => (count % 4 === 0 ? 4 : count % 2 === 0 ? 2 : 1)

/**
 * The row or column of an invocation's i-th result within the tile.
 *
 * @param first 'row' or 'column', the invocation's own number along it
 * @param count of its results along it
 * @param invocations along it
 */
function placed(first: string, i: number, count: number, invocations: number): string {
  const neighbours = neighboursOf(count)
  const group = Math.floor(i / neighbours) * neighbours * invocations
  const start = neighbours === 1 ? first : `${first} * ${neighbours}u`
  return `${start} + ${group + (i % neighbours)}u`
}

/** The function of a factor's elements: 0 outside the array. */
function elementFunction(
  name: string,
  scope: Scope,
  { of, index, exists }: Element,
  size: number,
): string[] {
  const inside = scope.block()
  const value = inside.at(of, index)
  return [
    `fn ${name}(z: u32, p: u32, k: u32, end: u32) -> f32 {`,
    `if (p >= ${size}u || k >= end) { return 0.0; }`,
    ...scope.lines,
    ...(exists ? [`if (!(${exists})) { return 0.0; }`] : []),
    ...inside.lines,
    `return ${value};`,
    '}',
  ]
}

/** The function that a result is given to: it computes what is made of it, and stores that. */
function resultFunction(work: Work, scope: Scope, { m, n, result }: Factors): string[] {
  const main = work.main!
  const { index, exists } = result(scope, 'z', 'm', 'n')
  const inside = scope.block()
  const at = inside.name(index)
  const stores = work.partial
    ? storingPartial(inside, main, work.partial.place, `part * ${main.size}u + ${at}`, 'sum')
    : storing(inside, work.stored, at)
  return [
    `fn done_${work.id}(z: u32, part: u32, m: u32, n: u32, sum: f32) {`,
    `if (m >= ${m}u || n >= ${n}u) { return; }`,
    ...scope.lines,
    ...(exists ? [`if (!(${exists})) { return; }`] : []),
    ...stores,
    '}',
  ]
}

/** Statements that multiply what is in shared memory: as far as there is something, since the rest of it is zeros. */
function multiplied(
  { down, across, rows, columns, depth }: Tile,
  [a, b]: readonly [Strip, Strip],
  unrolled: number,
): string[] {
  const read = (strip: Strip, u: number, first: string) =>
    `shared_[${strip.from}u + (d + ${u}u) * ${pitchOf(strip)}u + ${first}]`
  const step = (u: number) => [
    '{',
    ...range(rows).map((i) => `let a${i} = ${read(a, u, placed('row', i, rows, down))};`),
    ...range(columns).map(
      (j) => `let b${j} = ${read(b, u, placed('column', j, columns, across))};`,
    ),
    ...range(rows).flatMap((i) => range(columns).map((j) => `s${i}_${j} += a${i} * b${j};`)),
    '}',
  ]
  return [
    `for (var d = 0u; d < min(${depth}u, end - k0); d += ${unrolled}u) {`,
    ...range(unrolled).flatMap(step),
    '}',
  ]
}
