/** The longest path of a file in a repository, in UTF-16 units. */
const LONGEST = 255

/**
 * Whether a text is the path of a file within a repository. An address of another host, an absolute path, or one that
 * leads out of the folder is none: a request for it would go elsewhere. Nor is a path with a query, a fragment or
 * something encoded in it: a server may read more in it than a name.
 */
export function isFilePath(path: string): boolean {
  return (
    path.length <= LONGEST &&
    // A backslash counts as a slash in an address; half a character (Cs) has no address.
    !/[\p{Cc}\p{Cs}\\?#]|%[\da-f]{2}/iu.test(path) &&
    !/^[a-z][a-z\d+.-]*:/i.test(path) &&
    path.split('/').every((part) => !/^\.{0,2}$/.test(part))
  )
}
