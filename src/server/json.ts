import { HttpError } from './http-error.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A body as JSON. Throws HttpError for what is none; the message repeats nothing of it. */
export function parsedJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    throw new HttpError(400, 'body: expected JSON in UTF-8, got other bytes')
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpError(
      400,
      text.trim() === '' ? 'body: is empty; expected JSON' : 'body: is not valid JSON',
    )
  }
}
