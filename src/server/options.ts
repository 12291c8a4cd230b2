/** How a service is run. */
export interface ServeOptions {
  /** 0 lets the system choose. */
  readonly port: number
  readonly host: string
  /** Without it, requests need none. */
  readonly token?: string | undefined
  /** Names beside `localhost` and addresses under which clients may reach the service. */
  readonly allowedHosts: readonly string[]
  /** Pages of these origins may call the service from a browser. */
  readonly allowedOrigins: readonly string[]
  /** Milliseconds that a request waits for others to be computed with. */
  readonly batchWait: number
  /** Rows that fill a batch. */
  readonly batchRows: number
  /** Rows of requests that may wait for one model, or be computed, at once. */
  readonly queueRows: number
  /** Bytes of one request's body. */
  readonly maxBody: number
  /** Rows of one request. */
  readonly maxRows: number
  /** Milliseconds within which a request must be received, and then answered. */
  readonly timeout: number
  readonly maxConnections: number
}

export const serveDefaults: ServeOptions = {
  port: 8080,
  host: '127.0.0.1',
  allowedHosts: [],
  allowedOrigins: [],
  batchWait: 2,
  batchRows: 256,
  queueRows: 10_000,
  maxBody: 16 * 1024 * 1024,
  maxRows: 10_000,
  timeout: 30_000,
  maxConnections: 512,
}
