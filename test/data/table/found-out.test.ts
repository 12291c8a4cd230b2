import { describe, expect, it } from 'vitest'
import { describeTable } from '../../../src/entries/node.ts'

/** How a text file is read, and what its columns are. */
async function described(bytes: Uint8Array | string) {
  const { columns, reading } = await describeTable(
    new File([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)], 'a.csv'),
  )
  return { kinds: Object.fromEntries(columns.map(({ name, kind }) => [name, kind])), reading }
}

/** Bytes of ASCII, and others by their hexadecimal digits between angle brackets. */
const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(
    text
      .split(/<([0-9a-f]+)>/)
      .flatMap((part, i) => [...Buffer.from(part, i % 2 === 0 ? 'latin1' : 'hex')]),
  )

const numbers = Array.from({ length: 12 }, (_, i) => `${i},${i % 5}`).join('\n')

describe('the encoding of a text that is no UTF-8', () => {
  it('is EUC-KR where its bytes are Hangul, as spreadsheets in Korea save it', async () => {
    // 온도 and 습도, as KS X 1001 numbers their syllables.
    const { kinds, reading } = await described(bytesOf(`<bfc2b5b5>,<bdc0b5b5>\n${numbers}\n`))
    expect(Object.keys(kinds)).toEqual(['온도', '습도'])
    expect(reading).toContain('EUC-KR')
  })

  it('is not guessed at where a syllable is of CP949 alone, which Node does not know', async () => {
    // 똠방각하: the first is none of KS X 1001.
    const bytes = bytesOf(`<8c63b9e6b0a2c7cf>,<bfc2b5b5bdc0b5b5>\n${numbers}\n`)
    await expect(described(bytes)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('is not valid EUC-KR'),
    })
  })

  it('is Windows-1252 where letters with marks stand among others', async () => {
    const { kinds, reading } = await described(
      bytesOf(`Gr<f6df>e <b0>C,<c4>nderung <fc>ber Nacht\n${numbers}\n`),
    )
    expect(Object.keys(kinds)).toEqual(['Größe °C', 'Änderung über Nacht'])
    expect(reading).toContain('Windows-1252')
  })

  it('is UTF-8 for Hangul in UTF-8', async () => {
    const { kinds, reading } = await described(`온도,습도\n${numbers}\n`)
    expect(Object.keys(kinds)).toEqual(['온도', '습도'])
    expect(reading).toContain('UTF-8')
  })
})

describe('a decimal comma', () => {
  const rows = (cell: (i: number) => string) =>
    `a;b\n${Array.from({ length: 12 }, (_, i) => `${cell(i)};${i}`).join('\n')}\n`

  it('is found out where the comma separates nothing', async () => {
    const { kinds, reading } = await described(rows((i) => `${i},${i}5`))
    expect(kinds.a).toBe('numeric')
    expect(reading).toContain('decimal comma')
    expect(reading).toMatch(/found out: .*decimal/)
  })

  it('is none beside numbers with a point, in thousands, or where the comma separates', async () => {
    for (const text of [
      rows((i) => (i === 3 ? '1.5' : `${i},5`)),
      rows((i) => `${i},250`),
      `a,b\n${numbers}\n`,
    ])
      expect((await described(text)).reading).not.toContain('decimal comma')
  })

  it('beside points that part thousands stays one', async () => {
    expect((await described(rows((i) => `1.234,${i}5`))).kinds.a).toBe('numeric')
  })
})
