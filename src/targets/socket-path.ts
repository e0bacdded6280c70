/** unix(7): with the null behind it, a path fills what the kernel has for it. */
export const mostPathBytes = 107

/** Whether a socket may have this path: of a longer one the kernel would take the beginning, which is another socket. */
export function fitsSocket(path: string): boolean {
  return Buffer.byteLength(path) <= mostPathBytes
}
