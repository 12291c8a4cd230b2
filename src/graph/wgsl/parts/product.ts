import { Scope } from '../scope.ts'
import { type Element, type Factors, factorsOf } from './factors.ts'
import { type Part, partText, storing, storingPartial, type Work } from './part.ts'
import { loaded, type Strip, shared } from './strips.ts'
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
  const strips: [Strip, Strip] = [
    { name: `a_${id}`, first: 'm0', length: high, depth, from: 0, alongK: factors.alongK.a },
    {
      name: `b_${id}`,
      first: 'n0',
      length: wide,
      depth,
      from: depth * (high + 1),
      alongK: factors.alongK.b,
    },
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
          `done_${id}(z, part, m0 + row + ${i * down}u, n0 + column + ${j * across}u, s${i}_${j});`,
      ),
    ],
    own: [
      ...elementFunction(strips[0].name, scopes[0], elements[0]!, m),
      ...elementFunction(strips[1].name, scopes[1], elements[1]!, n),
      ...resultFunction(work, new Scope(text), factors),
    ],
    functions: text.functions,
    buffers: text.buffers,
    shared: depth * (high + 1) + depth * (wide + 1),
  }
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
    `shared_[${strip.from}u + (d + ${u}u) * ${strip.length + 1}u + ${first}]`
  const step = (u: number) => [
    '{',
    ...range(rows).map((i) => `let a${i} = ${read(a, u, `row + ${i * down}u`)};`),
    ...range(columns).map((j) => `let b${j} = ${read(b, u, `column + ${j * across}u`)};`),
    ...range(rows).flatMap((i) => range(columns).map((j) => `s${i}_${j} += a${i} * b${j};`)),
    '}',
  ]
  return [
    `for (var d = 0u; d < min(${depth}u, end - k0); d += ${unrolled}u) {`,
    ...range(unrolled).flatMap(step),
    '}',
  ]
}
