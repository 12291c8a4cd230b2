/**
 * Set as a side effect of importing this file. ONNX Runtime for Linux and macOS writes an identifier of the machine
 * into the user's cache and sends events to its vendor, unless this variable is set when a process makes its first
 * session. Native code sees what the main thread sets; a worker thread's `process.env` is a copy.
 */
export const telemetryOff = { ORT_DISABLE_TELEMETRY: '1' } as const

Object.assign(process.env, telemetryOff)
