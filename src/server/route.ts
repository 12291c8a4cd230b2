import type { Context, Hono } from 'hono'
import type { Env } from './exchange.ts'
import { HttpError } from './http-error.ts'

/** Adds an address that answers one method; any other gets 405. */
export function route(
  app: Hono<Env>,
  method: 'GET' | 'POST',
  path: string,
  answer: (c: Context<Env>) => Response | Promise<Response>,
): void {
  app.on(method, path, (c) => {
    c.set('route', path)
    return answer(c)
  })
  app.all(path, (c) => {
    c.set('route', path)
    throw new HttpError(405, `${c.req.method}: expected ${method} at this address`, {
      Allow: method,
    })
  })
}
