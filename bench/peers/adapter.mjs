// Prints as JSON which adapter Dawn finds, by the environment that this process was started with.
const say = (/** @type {object} */ message) => process.stdout.write(`${JSON.stringify(message)}\n`)
try {
  const { create, globals } = await import('webgpu')
  Object.assign(globalThis, globals)
  const found = await create([]).requestAdapter({ powerPreference: 'high-performance' })
  if (found) {
    const { vendor, architecture, device, description, isFallbackAdapter: software } = found.info
    const named = [vendor, architecture, device].filter(Boolean).join(' ')
    say({ name: description ? `${description} (${named})` : named, software })
  } else say({ missing: 'Dawn finds no adapter' })
} catch (error) {
  say({ missing: error instanceof Error ? error.message : String(error) })
}
process.exit() // Dawn would keep the process alive
