/*
 * Keeps the page usable offline, and gives it the headers that threads of WebAssembly need, on hosts that do not send them.
 * The build writes in the names of the files, and what their contents amount to.
 */
const FILES = ['__FILES__']
const CACHE = 'latentlab-studio-__VERSION__'

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

self.addEventListener('install', (event) => {
  const all = FILES.map(
    (path) => new Request(new URL(path, self.registration.scope), { cache: 'reload' }),
  )
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(all)))
})

// A new version begins when no page of the old one is open, whose files it would take away.
self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names.flatMap((name) =>
            name.startsWith('latentlab-studio-') && name !== CACHE ? [caches.delete(name)] : [],
          ),
        ),
      )
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return
  event.respondWith(answer(request))
})

/** The kept file, or else what the host sends; with the headers in either case. */
async function answer(request) {
  const cache = await caches.open(CACHE)
  const address = request.mode === 'navigate' ? new URL('./', self.registration.scope) : request
  const found = (await cache.match(address, { ignoreSearch: true })) ?? (await fetch(request))
  const headers = new Headers(found.headers)
  for (const [name, value] of Object.entries(isolation)) headers.set(name, value)
  return new Response(found.body, { status: found.status, statusText: found.statusText, headers })
}
