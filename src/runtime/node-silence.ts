/**
 * For its side effect. ONNX Runtime for Linux and macOS writes an identifier of the machine into the user's
 * cache and sends events to its vendor, unless this variable is set when a process makes its first session.
 * Native code sees what the main thread sets; a worker thread's `process.env` is a copy.
 */
process.env.ORT_DISABLE_TELEMETRY = '1'
