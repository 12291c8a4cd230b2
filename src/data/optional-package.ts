import { fileOfDependency } from '../runtime/installed-package.ts'
import { UserError } from '../tensor/errors.ts'

/**
 * The path of a file in an npm package that users install themselves, because it is large.
 *
 * @param data the data set that is in it, and `contents` the kind of thing, for the message
 * @throws UserError with the command that installs the package, where it is not installed
 */
export function fileOfOptionalPackage(
  data: string,
  contents: string,
  packageName: string,
  path = packageName,
): string {
  const found = fileOfDependency(path)
  if (found !== undefined) return found
  throw new UserError(
    `${data}: the npm package ${packageName}, which contains the ${contents}, is not installed; install it with: npm install ${packageName}`,
  )
}
