import type { Table } from './written.ts'

const cities = ['Zürich', 'Rome, Italy', 'a "b" c', 'tab\there', 'semi;colon']

/** A table of every kind with gaps, whose dates are texts: the same in every format. */
export const mixedTable: Table = {
  names: ['id', 'seconds', 'price', 'visits', 'member', 'city', 'day', 'class'],
  rows: Array.from({ length: 120 }, (_, i) => [
    `k${i}`,
    i % 11 === 5 ? null : 1.7e9 + Math.round(1e4 * Math.sin(i)) / 1e3,
    i % 7 === 3 ? null : Math.round(1e3 * Math.exp(((i * 37) % 101) / 20)) / 1e3,
    (i * i) % 9 < 4 ? 0 : (i * 5) % 13,
    i % 13 === 2 ? null : i % 3 === 0 ? 'yes' : 'no',
    i % 17 === 4 ? null : cities[(i * 3) % 5]!,
    i % 19 === 6 ? null : new Date(Date.UTC(2021, 0, 1 + 3 * i)).toISOString().slice(0, 10),
    i % 2 === 0 ? 'a b' : 'c',
  ]),
}

/** The kinds of its columns, where `class` holds the labels. */
export const mixedKinds = [
  'id: text',
  'seconds: numeric',
  'price: positive',
  'visits: count',
  'member: binary',
  'city: categorical',
  'day: datetime',
  'class: label',
]

/** Numbers alone, without gaps. */
export const numbersTable: Table = {
  names: ['seconds', 'height'],
  rows: Array.from({ length: 90 }, (_, i) => [
    1.7e9 + Math.round(1e4 * Math.sin(i)) / 1e3,
    Math.round(1e3 * Math.cos(2 * i)) / 1e3,
  ]),
}
