import type { Hono } from 'hono'
import type { Env } from '../exchange.ts'
import { route } from '../route.ts'
import type { Service } from '../service.ts'
import { openApiOf } from './openapi.ts'
import { docsPage, PAGE_POLICY } from './page.ts'

/** The description of the service, for programs and for people. */
export function addDocsRoutes(app: Hono<Env>, service: Service): void {
  route(app, 'GET', '/openapi.json', (c) => c.json(openApiOf(service)))
  route(app, 'GET', '/docs', (c) =>
    c.body(docsPage(service, `http://${c.req.header('host')}`), 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': PAGE_POLICY,
    }),
  )
}
