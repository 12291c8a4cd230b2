/** What often lies where a file of a package should, in words for a message. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [
    /^version https:\/\/git-lfs\./,
    'is a pointer of Git LFS instead of the file; fetch the files with: git lfs pull',
  ],
  [
    /^\s*<(?:!doctype|html|\?xml)/i,
    'is a web page instead of the file; expected the address of the folder that holds the files themselves',
  ],
]

/** What a file is that was downloaded in the wrong way; undefined for any other. */
export function foreignForm(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 100))
  return foreign.find(([form]) => form.test(start))?.[1]
}

/** A text without the carriage returns that end lines on Windows. */
export const withoutReturns = (bytes: Uint8Array): Uint8Array =>
  bytes.filter((byte, at) => !(byte === 0x0d && bytes[at + 1] === 0x0a))
