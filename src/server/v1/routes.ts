import type { Context, Hono } from 'hono'
import type { z } from 'zod'
import { shortened } from '../../tensor/described.ts'
import { nearest } from '../../tensor/errors.ts'
import { checked } from '../../tensor/faults.ts'
import type { BodyReader } from '../body.ts'
import { type Env, exchange } from '../exchange.ts'
import { HttpError } from '../http-error.ts'
import { parsedJson } from '../json.ts'
import { route } from '../route.ts'
import type { Service, Serving } from '../service.ts'
import { describedModel } from './description.ts'
import type { MethodName } from './schemas.ts'

/** Plain JSON: rows as objects, answers by the names of columns. */
export function addV1Routes(app: Hono<Env>, service: Service, read: BodyReader): void {
  route(app, 'GET', '/v1/models', (c) =>
    c.json({ models: [...service.models.values()].map(describedModel) }),
  )
  route(app, 'GET', '/v1/models/:name', (c) => c.json(describedModel(servingIn(service, c))))
  route(app, 'POST', '/v1/models/:name/:method', (c) => answer(c, service, read))
}

function servingIn({ models }: Service, c: Context<Env>): Serving {
  const name = c.req.param('name') ?? ''
  const found = models.get(name)
  if (found) return found
  const near = nearest(name, [...models.keys()])
  throw new HttpError(
    404,
    `${shortened(name)}: there is no such model; ${near ? `did you mean ${near}?` : `there are ${[...models.keys()].join(', ')}`}`,
  )
}

function methodIn({ served, abilities }: Serving, method: string): MethodName {
  const found = abilities.find((name) => name === method)
  if (found) return found
  throw new HttpError(
    404,
    `${served.name} has no method ${shortened(method)}; it has ${abilities.join(', ')}`,
  )
}

function answer(c: Context<Env>, service: Service, read: BodyReader): Promise<Response> {
  const serving = servingIn(service, c)
  const method = methodIn(serving, c.req.param('method') ?? '')
  return exchange(c, { read, timeout: service.options.timeout }, async ({ body, compute }) => {
    const { data, fault } = checked(serving.schemas[method] as z.ZodType, parsedJson(body))
    if (fault) throw new HttpError(400, `${fault.path.join('.') || 'body'}: ${fault.text}`)
    const request = await serving.methods[method](data as never)
    const found = await compute(serving, request.rows, request.answer)
    return c.json({ model: serving.served.name, ...found })
  })
}
