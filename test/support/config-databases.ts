/** What CONFIG GET answers of a server with so many databases. */
export const databases = (count: string | number) => ({
  'CONFIG GET databases': ['databases', String(count)],
})
