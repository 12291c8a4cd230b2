import type { HostTensor } from '../../tensor/host.ts'
import { hostTensor } from '../../tensor/host.ts'
import type { OpRule, OpTable, Value } from '../rule.ts'

/** A value as ONNX Runtime holds it: floats rounded to float32, doubles as they are. */
export function toHost(value: Value): HostTensor {
  const { dtype, shape, data } = value
  if (data instanceof Float64Array)
    return dtype === 'double'
      ? hostTensor('float64', shape, data)
      : hostTensor('float32', shape, Float32Array.from(data))
  if (data instanceof BigInt64Array) return hostTensor('int64', shape, data)
  return hostTensor(dtype === 'bool' ? 'bool' : 'uint8', shape, data)
}

const input: OpRule<{ readonly name: string }> = {
  infer() {
    throw new Error('make inputs with Tensor.input, which takes their type and shape')
  },
  gradient: 'none',
  onnx: (_emit, _inputs, _node, { name }) => name,
  reference(_inputs, { name }) {
    throw new Error(`no value was fed for the input ${name}`)
  },
}

const constant: OpRule<{ readonly value: Value }> = {
  infer: (_inputs, { value }) => ({ dtype: value.dtype, shape: value.shape }),
  gradient: 'none',
  onnx: (emit, _inputs, _node, { value }) => emit.constant(toHost(value)),
  reference: (_inputs, { value }) => value,
}

export const sources = { input, constant } satisfies Partial<OpTable>
