import { createHash } from 'node:crypto'
import { escapeHtml } from '../../report/escape-html.ts'
import { REPORT_STYLE } from '../../report/report-style.ts'
import type { Service } from '../service.ts'
import type { JsonSchema } from '../v1/example-schema.ts'
import { type Endpoint, endpointsOf } from './endpoints.ts'

const STYLE = `${REPORT_STYLE}
.endpoint { margin-top: 1.75rem; }
.endpoint p { margin: 0 0 0.5rem; }
.endpoint pre { margin-top: 0.6rem; }
.method { font-size: 0.8rem; color: var(--quiet); margin-right: 0.5rem; }
`

/** What the page may load: its own style, and nothing else. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`

/**
 * The documentation as a page: each address with its fields and a line for curl.
 *
 * @param address under which the reader has come
 */
export function docsPage(service: Service, address: string): string {
  const endpoints = endpointsOf(service)
  const tags = [...new Set(endpoints.map(({ tag }) => tag))]
  const names = [...service.models.keys()].join(', ')
  const isSecret = service.options.token !== undefined
  const title = `latentlab: ${names}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(names)}</h1>
<p class="subtitle">Plain JSON under <code>/v1</code>, the Open Inference Protocol (V2) under <code>/v2</code>, and all of it as <a href="/openapi.json">OpenAPI 3.1</a>.${isSecret ? ' Requests carry the token of the service.' : ''}</p>
</header>
<main>
<nav aria-label="Contents"><ol>
${tags.map((tag) => `<li><a href="#${escapeHtml(tag)}">${escapeHtml(tag)}</a></li>`).join('\n')}
</ol></nav>
${tags.map((tag) => section(tag, endpoints, { address, isSecret })).join('\n')}
</main>
</body>
</html>
`
}

interface Calling {
  readonly address: string
  readonly isSecret: boolean
}

function section(tag: string, endpoints: readonly Endpoint[], calling: Calling): string {
  const own = endpoints.filter((endpoint) => endpoint.tag === tag)
  return `<section id="${escapeHtml(tag)}">
<h2>${escapeHtml(tag)}</h2>
${own.map((endpoint) => article(endpoint, calling)).join('\n')}
</section>`
}

function article(endpoint: Endpoint, calling: Calling): string {
  const { method, path, summary, request } = endpoint
  return `<article class="endpoint">
<h3><span class="method">${method.toUpperCase()}</span><code>${escapeHtml(path)}</code></h3>
<p>${escapeHtml(summary)}.</p>
${request ? fields(request) : ''}
<pre tabindex="0">${escapeHtml(curl(endpoint, calling))}</pre>
</article>`
}

/** The fields of a request, those that may be left out last. */
function fields({ properties, required }: JsonSchema): string {
  const needed = new Set(required as readonly string[] | undefined)
  const all = Object.entries((properties ?? {}) as Record<string, JsonSchema>)
  const items = all.map(([name, schema]) => {
    const described = schema.description ? `: ${schema.description}` : ''
    const optional = needed.has(name) ? '' : ' (may be left out)'
    return `<li><code>${escapeHtml(name)}</code> ${escapeHtml(typeText(schema) + optional + described)}</li>`
  })
  return `<ul class="remarks">\n${items.join('\n')}\n</ul>`
}

/** A type in words: `a list of objects (temp, mode)`. */
function typeText(schema: JsonSchema): string {
  const { type, items, properties, enum: choices } = schema
  if (choices) return `one of ${(choices as unknown[]).map(String).join(', ')}`
  if (type === 'array') return `a list of: ${typeText((items ?? {}) as JsonSchema)}`
  if (type === 'object')
    return properties ? `objects (${Object.keys(properties).join(', ')})` : 'objects'
  if (type === 'integer') return 'a whole number'
  if (type === 'boolean') return 'true or false'
  if (type === 'number') return 'a number'
  return type === 'string' ? 'a text' : 'values'
}

/** A call that can be pasted into a shell. */
export function curl(
  { method, path, request, example, isOpen = false }: Endpoint,
  { address, isSecret }: Calling,
): string {
  const token = isSecret && !isOpen ? ' \\\n  -H "Authorization: Bearer $LATENTLAB_TOKEN"' : ''
  if (method === 'get') return `curl ${address}${path}${token}`
  const body = example === undefined ? '@request.json' : quoted(JSON.stringify(example))
  const json = request ? " \\\n  -H 'Content-Type: application/json'" : ''
  return `curl ${address}${path}${token}${json} \\\n  -d ${body}`
}

/** A text in single quotes of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
