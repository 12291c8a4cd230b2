import { HttpError } from '../http-error.ts'
import { crossSiteSign, type Header, hostName, isLoopback, shownHeader } from '../security.ts'

/**
 * Refuses requests under a foreign name, which a page of another site could have made to lead here (DNS rebinding), and those
 * that such a page makes. Any port is taken, since a tunnel from another machine has one of its own.
 *
 * @throws HttpError 403
 */
export function requireOwnPage(header: Header): void {
  const host = header('host') ?? ''
  const name = hostName(host)
  if (name === undefined || !isLoopback(name))
    throw new HttpError(
      403,
      `${shownHeader('Host', host)} is not a name of this server; use the address that was printed when it started`,
    )
  const sign = crossSiteSign(header)
  if (sign === undefined) return
  throw new HttpError(403, `${sign}: pages of other sites may not use the Studio`)
}
