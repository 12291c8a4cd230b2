import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { fileName, missing, type PackageSource, requirePath, tooLarge } from './source.ts'

export interface AddressOptions {
  /** Makes the requests, in place of `fetch`. */
  readonly fetch?: typeof fetch
  /** Seconds without a byte after which a request is given up. */
  readonly patience?: number
  /** Stops requests under way. */
  readonly signal?: AbortSignal
}

const MOST_REDIRECTS = 5

/**
 * A package below an address, `https://example.org/packages/sensors`. Exactly the files that are asked for are fetched, each from below
 * the address, without credentials of another kind than the address itself has. A redirect to another origin is refused.
 *
 * @throws UserError for anything but an address of http or https
 */
export function addressSource(
  address: string | URL,
  { fetch: request = globalThis.fetch, patience = 30, signal }: AddressOptions = {},
): PackageSource {
  const base = folderAddress(address)
  const source: PackageSource = {
    // Without the query, which may hold a key.
    name: `${base.origin}${base.pathname}`.replace(/\/$/, ''),
    async read(path, mostBytes) {
      requirePath(source, path)
      const file = fileName(source, path)
      const url = new URL(base.pathname + path + base.search, base.origin)
      const stop = new AbortController()
      const giveUp = () =>
        stop.abort(new UserError(`${file}: nothing came for ${patience} seconds`))
      const cancel = () => stop.abort(signal?.reason)
      signal?.throwIfAborted()
      signal?.addEventListener('abort', cancel)
      let timer = setTimeout(giveUp, patience * 1000)
      const alive = () => {
        clearTimeout(timer)
        timer = setTimeout(giveUp, patience * 1000)
      }
      try {
        const response = await answered(url, file, (to) =>
          request(to, { redirect: 'manual', signal: stop.signal }),
        )
        if (response.status === 404 || response.status === 410) throw missing(source, path)
        if (!response.ok) throw new UserError(`${file}: the server answers ${statusText(response)}`)
        const length = Number(response.headers.get('content-length') ?? 0)
        if (length > mostBytes) throw tooLarge(source, path, mostBytes, length)
        const bytes = await received(response, mostBytes, alive)
        if (bytes === undefined) throw tooLarge(source, path, mostBytes)
        return bytes
      } catch (error) {
        if (stop.signal.aborted) throw stop.signal.reason
        if (error instanceof UserError) throw error
        throw new UserError(`${file}: cannot be fetched${causeText(error)}`)
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', cancel)
        // Whatever has not been read is not wanted any more.
        stop.abort()
      }
    },
  }
  return source
}

/** The address of the folder, with a `/` at its end. */
function folderAddress(address: string | URL): URL {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    throw new UserError(
      `address: expected one that begins with https:// or http://, got ${described(String(address))}`,
    )
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new UserError(`address: expected one of https: or http:, got ${described(url.protocol)}`)
  if (url.username !== '' || url.password !== '')
    throw new UserError('address: expected one without a user name and a password')
  url.pathname = url.pathname.replace(/\/manifest\.json$/, '/').replace(/\/*$/, '/')
  url.hash = ''
  return url
}

/** The response to a request, after redirects within the origin. */
async function answered(
  first: URL,
  file: string,
  request: (url: URL) => Promise<Response>,
): Promise<Response> {
  let url = first
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await request(url)
    // A page does not see where a redirect leads.
    if (response.type === 'opaqueredirect')
      throw new UserError(`${file}: the server redirects; pass the address that it leads to`)
    const location = response.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response
    const next = new URL(location, url)
    if (next.origin !== first.origin)
      throw new UserError(
        `${file}: the server redirects to ${next.origin}, and a package is read from the address given only; pass the address that it leads to, or download the package`,
      )
    await response.body?.cancel()
    url = next
  }
  throw new UserError(`${file}: the server redirects more than ${MOST_REDIRECTS} times`)
}

/** The body of a response; undefined as soon as it is longer than `mostBytes`. */
async function received(
  response: Response,
  mostBytes: number,
  onPart: () => void,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true }
    if (done || !value) break
    onPart()
    length += value.length
    if (length > mostBytes) return undefined
    parts.push(value)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function statusText({ status, statusText }: Response): string {
  const hint = status === 401 || status === 403 ? ', which asks for a permission' : ''
  return `${status}${statusText ? ` ${described(statusText)}` : ''}${hint}`
}

function causeText(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: unknown; message?: unknown } }
  const code = cause?.code ?? cause?.message ?? message
  return ` (${described(code).replaceAll('"', '')}): there is no connection, or the server does not let this page read it`
}
