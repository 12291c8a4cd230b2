import { VERSION } from '../../config/version.ts'
import type { Service } from '../service.ts'
import { type Endpoint, endpointsOf } from './endpoints.ts'

/** The service as an OpenAPI 3.1 document, made of the loaded models and the schemas that check requests. */
export function openApiOf(service: Service): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of endpointsOf(service))
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method]: operation(endpoint, service),
    }
  const hasToken = service.options.token !== undefined
  return {
    openapi: '3.1.0',
    info: {
      title: `latentlab: ${[...service.models.keys()].join(', ')}`,
      version: VERSION,
      description:
        'Plain JSON under /v1, the Open Inference Protocol (V2) with binary tensors under /v2.',
    },
    servers: [{ url: '/' }],
    ...(hasToken && { security: [{ token: [] }] }),
    paths,
    components: {
      schemas: { Error: errorSchema },
      ...(hasToken && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
  }
}

const errorSchema = {
  type: 'object',
  properties: {
    error: { type: 'string', description: 'One line: which field, what came, what was expected' },
  },
  required: ['error'],
}

const refusals: Readonly<Record<string, string>> = {
  400: 'A request that does not fit',
  413: 'A body that is too large',
  429: 'A full queue: try again after the seconds in Retry-After',
  504: 'No answer within the time that a request may take',
}

function operation(endpoint: Endpoint, { options }: Service): object {
  const { summary, tag, request, answer, example, isOpen = false } = endpoint
  const errors: Readonly<Record<string, string>> = {
    ...(request && refusals),
    ...(options.token !== undefined && !isOpen && { 401: 'A request without the token' }),
  }
  const binary = endpoint.path.endsWith('/infer') && {
    'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
  }
  return {
    summary,
    tags: [tag],
    ...(isOpen && { security: [] }),
    ...(request && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: request, ...(example !== undefined && { example }) },
          ...binary,
        },
      },
    }),
    responses: {
      200: {
        description: 'The answer',
        content: answer
          ? { 'application/json': { schema: answer }, ...binary }
          : { 'text/plain': { schema: { type: 'string' } } },
      },
      ...Object.fromEntries(
        Object.entries(errors).map(([status, description]) => [
          status,
          { description, content: { 'application/json': { schema: reference } } },
        ]),
      ),
    },
  }
}

const reference = { $ref: '#/components/schemas/Error' }
