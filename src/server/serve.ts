import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'
import { appOf } from './app.ts'
import { type Listening, limitAnnounced, listen } from './listening.ts'
import { type ServeOptions, serveDefaults } from './options.ts'
import { isLoopback } from './security.ts'
import type { ServedModel } from './served-model.ts'
import { openService } from './service.ts'

/** A service that answers requests. */
export type RunningService = Listening

export interface ServeHooks {
  /** Called with errors that are bugs; a request that meets one gets 500 without details. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * Serves models over HTTP.
 *
 *     const { address, drain } = await serve([{ name: 'sensors', model, graphs }], { port: 0 })
 *
 * @throws UserError for an address that cannot be had, for one that others can reach without a token, and for models of
 * the same name
 */
export async function serve(
  models: readonly ServedModel[],
  given: Partial<ServeOptions> = {},
  { onError = () => {} }: ServeHooks = {},
): Promise<RunningService> {
  const options = { ...serveDefaults, ...given }
  requireTokenFor(options)
  const service = await openService(models, options)
  const app = appOf(service, onError)
  const server = createServer(
    {
      connectionsCheckingInterval: Math.min(1000, options.timeout),
      headersTimeout: Math.min(10_000, options.timeout),
      // The answer to a slow body is ours; this ends what does not even read that.
      requestTimeout: 2 * options.timeout,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 16_384,
    },
    getRequestListener(app.fetch),
  )
  server.maxConnections = options.maxConnections
  limitAnnounced(server, options.maxBody)
  const { address, drain } = await listen(server, options.host, [options.port])
  return {
    address,
    drain(within) {
      service.isDraining = true
      return drain(within)
    },
  }
}

/** Throws UserError for a service that other machines can reach and anybody may use. */
function requireTokenFor({ host, token }: ServeOptions): void {
  if (isLoopback(host) || token !== undefined) return
  throw new UserError(
    worded`${option('host', host)}: other machines can reach this address, so requests must carry a token; give one with ${option('tokenFile')} or the environment variable LATENTLAB_TOKEN`,
  )
}
