import { describe, expect, it } from 'vitest'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { outputsOf } from '../../../src/distributions/columns/layout.ts'
import { columnsLikelihood } from '../../../src/distributions/columns/likelihood.ts'
import { columnParameters } from '../../../src/distributions/columns/parameters.ts'
import { gradients } from '../../../src/graph/autodiff.ts'
import { Tensor } from '../../../src/graph/tensor.ts'
import { writeModel } from '../../../src/graph/write-model.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { expectDerivative, weighted } from '../../graph/central-differences.ts'
import { decoded, nodesOf } from '../../graph/model-nodes.ts'
import { numbersOf, onnx } from '../../train/onnx.ts'
import { largestError } from '../errors.ts'
import { cellsOf, columns, constants, type GoldenTable, matrix, tables } from './table.ts'

const exactly = (expression: Tensor) => numbersOf(referenceRuntime, expression)
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

const likelihoodOf = ({ outputs, parameters, options }: GoldenTable) =>
  columnsLikelihood(columns, matrix(outputs), constants(parameters), options)

const [first] = tables as [GoldenTable]
const cells = cellsOf(columns, first.values)
/** Neither missing nor of a category that training has not seen. */
const counted = first.values.map((row) =>
  row.map((value, i) => value !== null && value !== columns[i]!.categories?.length),
)

describe('the likelihood of a row', () => {
  it.each(tables.map((table) => [JSON.stringify(table.options), table] as const))(
    'is that of SciPy in the units of the file, with options %s',
    async (_, table) => {
      const p = likelihoodOf(table)
      const seen = cellsOf(columns, table.values)
      const each = table.logProb.flat()
      expect(largestError(await exactly(p.logProbPerColumn(seen)), each)).toBeLessThan(1e-9)
      const rows = table.logProb.map(sum)
      expect(largestError(await exactly(p.logProb(seen)), rows)).toBeLessThan(1e-9)
      // Float32 errs by a few units in the last place, of cells and outputs too.
      expect(largestError(await numbersOf(onnx(), p.logProbPerColumn(seen)), each)).toBeLessThan(
        1e-6,
      )
    },
  )

  it('counts neither missing cells nor categories that training has not seen', async () => {
    const p = likelihoodOf(first)
    const each = (await exactly(p.logProbPerColumn(cells))).map((value) => value !== 0)
    expect(each).toEqual(counted.flat())
    expect(counted.flat().filter((x) => !x)).toHaveLength(12)
    const observed = counted.map((row) => row.filter(Boolean).length)
    expect(await exactly(p.observed(cells))).toEqual(observed)
    expect(await numbersOf(onnx(), p.observed(cells))).toEqual(observed)
  })

  it('is the same for columns in another order', async () => {
    const p = likelihoodOf(first)
    const pairs = [5, 6].map((i) => columns[i]!)
    const swapped = [...pairs].reverse()
    const outputs = [[0.3, -0.2]]
    const two = cellsOf(pairs, [[4, 1]])
    const forward = columnsLikelihood(pairs, matrix(outputs), {}).logProbPerColumn(two)
    const turned = cellsOf(swapped, [[1, 4]])
    const backward = columnsLikelihood(swapped, matrix(outputs), {}).logProbPerColumn(turned)
    expect(await exactly(forward)).toEqual((await exactly(backward)).reverse())
    expect(p.reparametrised).toBe(false)
  })

  it('has the gradient that finite differences find, by outputs and parameters', () => {
    const inputs = [Tensor.input('x0', [first.outputs.length, first.outputs[0]!.length])]
    const at = [first.outputs.flat()]
    const parameters: Record<string, Tensor> = {}
    for (const [name, { shape, data }] of Object.entries(first.parameters)) {
      parameters[name] = Tensor.input(`x${inputs.length}`, shape)
      inputs.push(parameters[name])
      at.push([...data])
    }
    expect(Object.keys(parameters)).toHaveLength(4)
    const p = columnsLikelihood(columns, inputs[0]!, parameters)
    expectDerivative(weighted(p.logProbPerColumn(cells), 5), inputs, at)
  })

  it('has finite gradients, none for what is not counted, in float32 too', async () => {
    const outputs = Tensor.input('outputs', [first.outputs.length, first.outputs[0]!.length])
    const p = columnsLikelihood(columns, outputs, constants(first.parameters))
    const fed = {
      outputs: hostTensor(
        'float32',
        outputs.shape as number[],
        Float32Array.from(first.outputs.flat()),
      ),
    }
    const [slope] = gradients(p.logProb(cells).sum(), [outputs])
    const found = await numbersOf(onnx(), slope!, fed)
    expect(largestError(found, await numbersOf(referenceRuntime, slope!, fed))).toBeLessThan(1e-5)
    // Outputs of the categorical column `city` are the last 5; row 1 lacks it, row 2 has an unseen one.
    const width = outputs.shape[1] as number
    const city = (row: number) => found.slice((row + 1) * width - 5, (row + 1) * width)
    expect(city(1)).toEqual([0, 0, 0, 0, 0])
    expect(city(2)).toEqual([0, 0, 0, 0, 0])
    expect(Math.abs(sum(city(0)))).toBeLessThan(1e-6)
    expect(city(0).every((x) => x !== 0)).toBe(true)
  })

  it('stays finite for outputs of any size', async () => {
    for (const size of [-1e4, 1e4]) {
      const outputs = Tensor.input('outputs', [1, first.outputs[0]!.length])
      const fed = {
        outputs: hostTensor(
          'float32',
          [1, outputs.size],
          new Float32Array(outputs.size).fill(size),
        ),
      }
      const p = columnsLikelihood(columns, outputs, constants(first.parameters))
      const loss = p.logProb(cellsOf(columns, first.values.slice(0, 1))).sum()
      for (const found of [
        await numbersOf(onnx(), loss, fed),
        await numbersOf(onnx(), gradients(loss, [outputs])[0]!, fed),
      ])
        expect(found.every(Number.isFinite)).toBe(true)
    }
  })

  it('takes batches whose size is known when it runs', async () => {
    const width = first.outputs[0]!.length
    const outputs = Tensor.input('outputs', ['rows', width])
    const seen = Tensor.input('cells', ['rows', columns.length])
    const p = columnsLikelihood(columns, outputs, constants(first.parameters))
    const exact = await exactly(cells)
    const fed = {
      outputs: hostTensor('float64', [5, width], Float64Array.from(first.outputs.flat())),
      cells: hostTensor('float64', [5, columns.length], Float64Array.from(exact)),
    }
    const found = await numbersOf(referenceRuntime, p.logProbPerColumn(seen), fed)
    expect(found).toEqual(await exactly(likelihoodOf(first).logProbPerColumn(cells)))
    const single = {
      outputs: hostTensor('float32', [5, width], Float32Array.from(first.outputs.flat())),
    }
    const mean = await numbersOf(onnx(), p.mean(), single)
    expect(largestError(mean, await exactly(likelihoodOf(first).mean()))).toBeLessThan(1e-6)
  })

  it('has fewer than 80 nodes with its gradient for 30 numeric and 20 categorical columns', () => {
    const table: TableColumn[] = Array.from({ length: 50 }, (_, i) => ({
      ...(i % 5 < 3 ? columns[0]! : columns[1]!),
      ...(i % 5 < 3 ? {} : { categories: Array.from({ length: 5 + (i % 6) }, String) }),
    }))
    const outputs = Tensor.input('outputs', [8, outputsOf(table)])
    const logSigma = Tensor.input('logSigma', [30])
    const loss = columnsLikelihood(table, outputs, { logSigma })
      .logProb(Tensor.input('cells', [8, 50]))
      .sum()
    const [a, b] = gradients(loss, [outputs, logSigma])
    const { graph } = decoded(writeModel({ loss, a: a!, b: b! }, 18))
    expect(nodesOf(graph).length).toBeLessThan(80)
  })
})

describe('the parameters of the likelihood', () => {
  it('are one for each column that has them, starting at σ = 1, ν = 4 and r = 1', () => {
    expect(columnParameters(columns)).toEqual([
      { name: 'logSigma', shape: [6], initial: 0 },
      { name: 'logDegrees', shape: [2], initial: Math.log(4) },
      { name: 'logDispersion', shape: [2], initial: 0 },
      { name: 'cutPoints', shape: [4], initial: 0 },
    ])
    expect(columnParameters(columns, { sigma: 'global', degrees: 3 })).toEqual([
      { name: 'logSigma', shape: [], initial: 0 },
      { name: 'logDispersion', shape: [2], initial: 0 },
      { name: 'cutPoints', shape: [4], initial: 0 },
    ])
    const names = columnParameters(columns, { sigma: 0.5 }).map(({ name }) => name)
    expect(names).toEqual(['logDegrees', 'logDispersion', 'cutPoints'])
    expect(columnParameters([columns[6]!])).toEqual([])
    expect(outputsOf(columns)).toBe(12 + 3 + 5)
  })

  it('are missed by name', () => {
    expect(() => columnsLikelihood(columns, matrix(first.outputs), {})).toThrow(
      'the likelihood of these columns needs the parameter logSigma',
    )
  })
})

describe('the mean of a row', () => {
  it('is the mean of the cell, or the most probable category', async () => {
    const p = likelihoodOf(first)
    const means = await exactly(p.mean())
    expect(await numbersOf(onnx(), p.mean())).toEqual(
      means.map((x) => expect.closeTo(x, 5 - Math.log10(1 + Math.abs(x)))),
    )
    const of = (row: number, column: number) => means[row * columns.length + column]!
    const order = [0, 4, 8, 9, 2, 11, 3, 13, 5, 6, 7, 12]
    for (const [row, out] of first.outputs.entries()) {
      for (const [at, column] of order.slice(0, 6).entries()) expect(of(row, column)).toBe(out[at])
      for (const at of [6, 7, 8]) {
        const { centre, scale } = columns[order[at]!]!
        expect(of(row, order[at]!)).toBeCloseTo(Math.exp(centre + scale * out[at]!), 9)
      }
      for (const column of [6, 1, 7, 10, 12]) {
        const k = columns[column]!.categories!.length
        const all = await exactly(p.probabilities(column))
        const own = all.slice(row * k, (row + 1) * k)
        expect(sum(own)).toBeCloseTo(1, 12)
        expect(of(row, column)).toBe(own.indexOf(Math.max(...own)))
        const x = first.values[row]![column]
        if (counted[row]![column])
          expect(Math.log(own[x!]!)).toBeCloseTo(first.logProb[row]![column]!, 10)
      }
    }
    expect(() => p.probabilities(4)).toThrow('column price has no categories')
  })
})
