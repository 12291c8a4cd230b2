import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('../../', import.meta.url))

/**
 * What a peer takes from the built package.
 *
 * @param {Readonly<Record<string, readonly string[]>>} wanted names by module, such as `train/build.js`
 * @param {string} [checkout] folder of the checkout whose build it is; the bench's own by default
 * @returns {Promise<Record<string, any>>} all of them by name
 * @throws {Error} where the package is not built, or a module does not export a name
 */
export async function built(wanted, checkout = HERE) {
  const found = {}
  for (const [path, names] of Object.entries(wanted)) {
    const module = await load(`${checkout}/dist/${path}`)
    for (const name of names) {
      if (!(name in module)) throw new Error(`dist/${path} does not export ${name}`)
      found[name] = module[name]
    }
  }
  return found
}

async function load(/** @type {string} */ file) {
  try {
    return await import(new URL(file, 'file:').href)
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Error(`${error.message}; the package has to be built: npm run build`)
  }
}
