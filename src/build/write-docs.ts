import { readFile, writeFile } from 'node:fs/promises'
import { metricsReadme, withOptionTable } from './documents.ts'

const readme = await readFile('README.md', 'utf8')
await writeFile('README.md', withOptionTable(readme))
await writeFile('src/metrics/README.md', metricsReadme())
