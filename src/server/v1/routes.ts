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
import { type MethodName, methodNames } from './schemas.ts'

/** Plain JSON: rows as objects, answers by the names of columns. */
export function addV1Routes(app: Hono<Env>, service: Service, read: BodyReader): void {
  route(app, 'GET', '/v1/models', (c) =>
    c.json({ models: [...service.models.values()].map(describedModel) }),
  )
  route(app, 'GET', '/v1/models/:name', (c) => c.json(describedModel(servingIn(service, c))))
  for (const method of methodNames)
    route(app, 'POST', `/v1/models/:name/${method}`, (c) => answer(c, method, service, read))
  app.all('/v1/models/:name/:method', (c) => {
    throw noSuchMethod(servingIn(service, c), c.req.param('method'))
  })
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

const noSuchMethod = ({ served, abilities }: Serving, method: string): HttpError =>
  new HttpError(
    404,
    `${served.name} has no method ${shortened(method)}; it has ${abilities.join(', ')}`,
  )

async function answer(
  c: Context<Env>,
  method: MethodName,
  service: Service,
  read: BodyReader,
): Promise<Response> {
  const serving = servingIn(service, c)
  if (!serving.abilities.includes(method)) throw noSuchMethod(serving, method)
  return exchange(c, { read, timeout: service.options.timeout }, async ({ body, compute }) => {
    const { data, fault } = checked(serving.schemas[method] as z.ZodType, parsedJson(body))
    if (fault) throw new HttpError(400, `${fault.path.join('.') || 'body'}: ${fault.text}`)
    const request = await serving.methods[method](data as never)
    const found = await compute(serving, request.rows, request.answer)
    return c.json({ model: serving.served.name, ...found })
  })
}
