import { readFile, writeFile } from 'node:fs/promises'
import { configReadme, metricsReadme, withOptionTable } from './documents.ts'

const readme = await readFile('README.md', 'utf8')
await writeFile('README.md', withOptionTable(readme))
await writeFile('src/config/README.md', configReadme())
await writeFile('src/metrics/README.md', metricsReadme())
