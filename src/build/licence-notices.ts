import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The licence texts of the packages whose files are among `inputs`, as the licences ask. */
export async function licenceNotices(inputs: readonly string[]): Promise<string> {
  const folders = new Set(inputs.flatMap((file) => packageFolder(file) ?? []))
  const notices = await Promise.all([...folders].sort().map(notice))
  return `The exporter contains these packages.\n\n${notices.join('\n')}`
}

function packageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
}

async function notice(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  )
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return [`==== ${name} ${version} (${license})`, ...texts.map((text) => text.trim()), ''].join(
    '\n',
  )
}
