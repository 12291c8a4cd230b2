/** What a promise can be kept in: a `Map`, or a `WeakMap` where keys may go. */
interface Keeping<K, V> {
  get(key: K): Promise<V> | undefined
  set(key: K, made: Promise<V>): unknown
  delete(key: K): unknown
}

/** The promise that is kept under a key, made where there is none. One that fails is not kept: the next call tries again. */
export function keptIn<K, V>(known: Keeping<K, V>, key: K, make: () => Promise<V>): Promise<V> {
  const kept = known.get(key)
  if (kept) return kept
  const made = make()
  known.set(key, made)
  made.catch(() => known.delete(key))
  return made
}

/** The same of one thing: the first call makes it, and later ones share it. */
export function keptOnce<V>(make: () => Promise<V>): () => Promise<V> {
  const known = new Map<undefined, Promise<V>>()
  return () => keptIn(known, undefined, make)
}
