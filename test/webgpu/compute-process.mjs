// Runs compute shaders in a process of its own, whose environment names a device: software-device.ts.
import { create, globals } from 'webgpu'

Object.assign(globalThis, globals)
// Dawn ends the process if its instance is collected.
const instance = create([])
const adapter = await instance.requestAdapter()
if (!adapter) {
  process.send({ error: 'WebGPU has no adapter for this driver' })
  process.disconnect()
}
const device = await adapter?.requestDevice()

/** One dispatch of `main`: binding 0 receives `words` words of output, each input has a binding after it. */
async function compute({ code, inputs, words, workgroups }) {
  device.pushErrorScope('validation')
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
  })
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage
  const output = device.createBuffer({ size: words * 4, usage: STORAGE | COPY_SRC })
  const buffers = inputs.map((input) => {
    const buffer = device.createBuffer({ size: input.byteLength, usage: STORAGE | COPY_DST })
    device.queue.writeBuffer(buffer, 0, input)
    return buffer
  })
  const result = device.createBuffer({ size: words * 4, usage: MAP_READ | COPY_DST })
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  const entries = [output, ...buffers].map((buffer, binding) => ({ binding, resource: { buffer } }))
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }))
  pass.dispatchWorkgroups(workgroups)
  pass.end()
  encoder.copyBufferToBuffer(output, 0, result, 0, words * 4)
  device.queue.submit([encoder.finish()])
  await result.mapAsync(GPUMapMode.READ)
  const error = await device.popErrorScope()
  if (error) throw new Error(error.message)
  return new Uint32Array(result.getMappedRange().slice(0))
}

process.on('message', (job) => {
  compute(job).then(
    (output) => process.send({ output }),
    (error) => process.send({ error: String(error?.message ?? error) }),
  )
})
process.on('disconnect', () => process.exit(instance ? 0 : 1))
if (adapter) process.send({ device: adapter.info.description || adapter.info.device })
