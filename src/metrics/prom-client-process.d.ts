// Parts of prom-client that it does not declare.
declare module 'prom-client/lib/metrics/*.js' {
  /** Adds metrics to a registry. */
  const register: (registry: import('prom-client').Registry) => void
  export = register
}
