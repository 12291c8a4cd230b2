/**
 * Dawn leaves a workgroup's memory as it is: every shader of ours writes there before it reads. Filled with zeros first, a
 * product takes a device in software twenty times as long to compile. Nor does it limit indices and count the turns of loops,
 * which it does for pages that it cannot trust: in a product, that is more instructions than are multiplied.
 */
const FEATURES = ['enable-dawn-features=disable_workgroup_init,disable_robustness']

/** WebGPU of the npm package `webgpu`, loaded only now. */
export async function dawn(): Promise<GPU> {
  const { create, globals } = await import('webgpu')
  Object.assign(globalThis, globals)
  return create(FEATURES)
}
