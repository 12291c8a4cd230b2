import { securityHeaders } from '../security.ts'

/**
 * What the page may load: its own files, and what it makes itself. Threads of WebAssembly need a script's permission to
 * compile it; figures carry styles of their own.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self' blob:",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Sent with every answer. A page shares memory between threads only where it is isolated from other origins. */
export const studioHeaders = {
  ...securityHeaders,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const
