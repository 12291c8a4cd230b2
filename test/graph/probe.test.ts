import { it } from 'vitest'
import { interpret } from '../../src/graph/interpret.ts'
import { Tensor, fill, constant, scalar } from '../../src/graph/tensor.ts'
import { hostTensor, sizeOf } from '../../src/tensor/host.ts'
import { runOnnx } from './runtime.ts'
const f = (shape: number[]) => hostTensor('float32', shape, new Float32Array(sizeOf(shape)).fill(1.5))
async function p(name: string, shapes: number[][], y: (...x: Tensor[]) => Tensor, feeds?: any[], opset = 18) {
  try {
    const ins = shapes.map((s, i) => Tensor.input('abc'[i]!, s, feeds?.[i]?.dtype === 'int64' ? 'int64' : 'float'))
    const out = y(...ins)
    const fed = Object.fromEntries(shapes.map((s, i) => ['abc'[i]!, feeds?.[i] ?? f(s)]))
    let r = 'none', o = 'none'
    try { const v = interpret([out], fed)[0]!; r = `[${v.shape}] ${v.data}` } catch (e) { r = String(e) }
    try { const v = (await runOnnx([out], fed, opset))[0]!; o = `[${v.shape}] ${v.data}` } catch (e) { o = String(e).slice(0, 200) }
    console.log(name, '\n  ref', r, '\n  ort', o)
  } catch (e) { console.log(name, 'BUILD', String(e)) }
}
const F = (...x: number[]) => hostTensor('float32', [x.length], Float32Array.from(x))
it('probe', async () => {
  await p('conv C=0', [[1, 0, 3, 3], [2, 0, 2, 2]], (x, w) => x!.conv2d(w!))
  await p('conv O=0', [[1, 1, 3, 3], [0, 1, 2, 2]], (x, w) => x!.conv2d(w!))
  await p('conv H=0 padded', [[1, 1, 0, 3], [1, 1, 2, 2]], (x, w) => x!.conv2d(w!, { padding: [1, 0, 1, 0] }))
  await p('conv k=0', [[1, 1, 3, 3], [1, 1, 0, 2]], (x, w) => x!.conv2d(w!))
  await p('convT C=0', [[1, 0, 3, 3], [0, 2, 2, 2]], (x, w) => x!.convTranspose2d(w!))
  await p('convT O=0', [[1, 1, 3, 3], [1, 0, 2, 2]], (x, w) => x!.convTranspose2d(w!))
  await p('convT H=0', [[1, 1, 0, 3], [1, 1, 2, 2]], (x, w) => x!.convTranspose2d(w!))
  await p('convT neg', [[1, 1, 1, 3], [1, 1, 2, 2]], (x, w) => x!.convTranspose2d(w!, { padding: [2, 0, 2, 0] }))
  await p('convT out 0', [[1, 1, 1, 3], [1, 1, 2, 2]], (x, w) => x!.convTranspose2d(w!, { padding: [1, 0, 1, 0] }))
  await p('convT outpad>stride', [[1, 1, 2, 2], [1, 1, 2, 2]], (x, w) => x!.convTranspose2d(w!, { outputPadding: [1, 2] }))
  await p('convT outpad==stride 2', [[1, 1, 2, 2], [1, 1, 2, 2]], (x, w) => x!.convTranspose2d(w!, { strides: [2, 2], outputPadding: [2, 2] }))
  await p('reduceMax zero', [[2, 0]], (x) => x!.reduceMax([1]))
  await p('reduceMax zero2', [[0, 2]], (x) => x!.reduceMax([1]))
  await p('argmax zero', [[2, 0]], (x) => x!.argMax(1))
  await p('argmax zero other', [[0, 2]], (x) => x!.argMax(1))
  await p('mean zero', [[0, 2]], (x) => x!.mean([0]))
  await p('gather out of zero', [[0, 2], [1]], (x, i) => x!.gather(i!, 0), [undefined, hostTensor('int64', [1], BigInt64Array.of(0n))])
  await p('scatter size 0', [[0, 2], [0]], (x, i) => x!.scatterAdd(i!, 0, 0), [undefined, hostTensor('int64', [0], new BigInt64Array(0))])
  await p('gather negative', [[3], [1]], (x, i) => x!.gather(i!, 0), [undefined, hostTensor('int64', [1], BigInt64Array.of(-1n))])
  const special = F(NaN, Infinity, -Infinity, 100, -100, 0, -0, -20, 20)
  for (const n of ['relu', 'sigmoid', 'tanh', 'softplus', 'erf', 'sign', 'abs', 'exp', 'log', 'sqrt', 'floor', 'sin'] as const)
    await p(n, [[9]], (x) => (x as any)[n](), [special])
  await p('max0', [[9]], (x) => x!.max(0), [special])
  await p('0max', [[9]], (x) => scalar(0).max(x!), [special])
  await p('min0', [[9]], (x) => x!.min(0), [special])
  await p('0min', [[9]], (x) => scalar(0).min(x!), [special])
  await p('max NaN', [[9]], (x) => x!.max(x!.mul(NaN)), [special])
  await p('clip', [[9]], (x) => x!.clip(-1, 1), [special])
  await p('reduceMax', [[9]], (x) => x!.reduceMax(), [special])
  await p('argMax', [[3]], (x) => x!.argMax(0), [F(1, NaN, 3)])
  await p('cast bool', [[9]], (x) => x!.cast('bool'), [special])
  await p('cast int', [[6]], (x) => x!.cast('int64'), [F(1.9, -1.9, 0.5, -0.5, -0, 2 ** 40)])
  await p('cast int nan', [[3]], (x) => x!.cast('int64'), [F(NaN, Infinity, -Infinity)])
  await p('cast uint8', [[6]], (x) => x!.cast('uint8'), [F(1.9, 255.9, 256, -1, 0.5, 300)])
  await p('sum col NaN', [[3, 2]], (x) => x!.sum([0]), [hostTensor('float32', [3, 2], Float32Array.of(1, NaN, Infinity, 1, 1, 1))])
  await p('reduceMax 17', [[2, 3]], (x) => x!.reduceMax([1]), undefined, 17)
  await p('logsumexp 1000', [[2]], (x) => x!.logSumExp(0), [F(1000, 1000)])
})
