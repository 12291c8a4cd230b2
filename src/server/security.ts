import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { shortened } from '../tensor/described.ts'
import { HttpError } from './http-error.ts'
import type { ServeOptions } from './options.ts'

/** The headers of a request, by their names in lower case. */
export type Header = (name: string) => string | undefined

/** Addresses that no other machine can reach. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** The name or address in a `Host` header, without its port and brackets; undefined for what is none. */
export function hostName(header: string): string | undefined {
  const match = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::\d{1,5})?$/.exec(header)
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}

/**
 * Refuses requests under a foreign name. A page that makes its own name lead to this machine (DNS rebinding) would be of
 * the same origin as the service in the eyes of a browser; it cannot do so with an address.
 *
 * @throws HttpError 403
 */
export function requireHost(header: Header, { host, allowedHosts }: HostOptions): void {
  const given = header('host') ?? ''
  const name = hostName(given)
  if (name !== undefined) {
    if (isIP(name) !== 0 || name === 'localhost' || name === host.toLowerCase()) return
    if (allowedHosts.some((allowed) => allowed.toLowerCase() === name)) return
  }
  throw new HttpError(
    403,
    `${shownHeader('Host', given)} is not a name of this service; start it with --allow-host for other names`,
  )
}

type HostOptions = Pick<ServeOptions, 'host' | 'allowedHosts'>

/**
 * Refuses requests that a page of another site makes in a browser.
 *
 * @returns the origin of the page that makes the request, where it is one that is allowed to
 * @throws HttpError 403
 */
export function requireOrigin(
  header: Header,
  { allowedOrigins }: Pick<ServeOptions, 'allowedOrigins'>,
): string | undefined {
  const origin = header('origin')
  if (origin !== undefined && allowedOrigins.includes(origin)) return origin
  const sign = crossSiteSign(header)
  if (sign === undefined) return undefined
  throw new HttpError(
    403,
    `${sign}: pages of other sites may not call this service; start it with --allow-origin for those that may`,
  )
}

/** The header by which a browser shows that a page of another site makes a request; undefined for any other request. */
export function crossSiteSign(header: Header): string | undefined {
  const origin = header('origin')
  if (origin === undefined) {
    // A link from elsewhere may lead to a page of ours; scripts and pictures of other sites may load nothing.
    const site = header('sec-fetch-site') ?? 'none'
    const isOwn = !site.includes('-site') || header('sec-fetch-mode') === 'navigate'
    return isOwn ? undefined : shownHeader('Sec-Fetch-Site', site)
  }
  const isOwn = /^https?:\/\//.test(origin) && origin.replace(/^https?:\/\//, '') === header('host')
  return isOwn ? undefined : shownHeader('Origin', origin)
}

/** A header for an error: `Host: "evil.example"`. */
export const shownHeader = (name: string, value: string): string =>
  `${name}: ${JSON.stringify(shortened(value))}`

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Whether a text is the secret. Digests are compared, in constant time, so that neither the secret nor its length can be
 * found by measuring.
 */
export const isSecret = (text: string, secret: string): boolean =>
  timingSafeEqual(digest(text), digest(secret))

/**
 * Refuses requests without the token.
 *
 * @throws HttpError 401
 */
export function requireToken(header: Header, token: string | undefined): void {
  if (token === undefined) return
  const given = /^Bearer +(\S+) *$/i.exec(header('authorization') ?? '')?.[1]
  if (given !== undefined && isSecret(given, token)) return
  throw new HttpError(401, 'Authorization: expected Bearer and the token of this service', {
    'WWW-Authenticate': 'Bearer',
  })
}

/** Sent with every answer. */
export const securityHeaders = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const
