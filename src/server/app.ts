import { type Context, Hono } from 'hono'
import { bodyReader } from './body.ts'
import { addDocsRoutes } from './docs/routes.ts'
import type { Env } from './exchange.ts'
import { asHttpError, HttpError } from './http-error.ts'
import { route } from './route.ts'
import { requireHost, requireOrigin, requireToken, securityHeaders } from './security.ts'
import type { Service } from './service.ts'
import { addV1Routes } from './v1/routes.ts'
import { addV2Routes } from './v2/routes.ts'

/** Probes that an orchestrator makes without the token; they say nothing of the models. */
const probes = new Set(['/health', '/v2/health/live', '/v2/health/ready'])

/**
 * The service as a Hono application.
 *
 * @param logError called with errors that are bugs
 */
export function appOf(service: Service, logError: (error: unknown) => void): Hono<Env> {
  const { options, metrics } = service
  const app = new Hono<Env>()
  const read = bodyReader(options.maxBody)
  app.use(async (c, next) => {
    const start = performance.now()
    await next()
    finish(c, service)
    const seconds = (performance.now() - start) / 1000
    metrics.answered(c.get('route') ?? 'none', c.res.status, seconds)
  })
  app.use(async (c, next) => {
    const header = (name: string) => c.req.header(name)
    requireHost(header, options)
    c.set('origin', requireOrigin(header, options))
    if (c.req.method === 'OPTIONS' && c.get('origin')) return preflight()
    if (!probes.has(c.req.path)) requireToken(header, options.token)
    return next()
  })
  route(app, 'GET', '/health', (c) =>
    c.json({ status: service.isDraining ? 'draining' : 'ok' }, service.isDraining ? 503 : 200),
  )
  route(app, 'GET', '/metrics', async (c) =>
    c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType }),
  )
  addDocsRoutes(app, service)
  addV1Routes(app, service, read)
  addV2Routes(app, service, read)
  app.notFound(() => {
    throw new HttpError(404, 'there is nothing at this address; see /docs')
  })
  app.onError((thrown, c) => {
    const error = asHttpError(thrown)
    if (error.status === 500) logError(thrown)
    if (error.status === 429) metrics.rejected('queue')
    if (error.status === 413) metrics.rejected('size')
    if (error.status === 401 || error.status === 403) metrics.rejected('access')
    return c.json({ error: error.message }, error.status as 400, error.headers)
  })
  return app
}

/** Headers of every answer. */
function finish(c: Context<Env>, { isDraining }: Service): void {
  const { headers } = c.res
  for (const [name, value] of Object.entries(securityHeaders))
    if (!headers.has(name)) headers.set(name, value)
  const origin = c.get('origin')
  if (origin !== undefined) {
    headers.set('Access-Control-Allow-Origin', origin)
    headers.set('Access-Control-Expose-Headers', 'Inference-Header-Content-Length, Retry-After')
    headers.set('Cross-Origin-Resource-Policy', 'cross-origin')
    headers.append('Vary', 'Origin')
  }
  if (isDraining) headers.set('Connection', 'close')
}

const preflight = (): Response =>
  new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers':
        'Authorization, Content-Type, Inference-Header-Content-Length',
      'Access-Control-Max-Age': '600',
    },
  })
