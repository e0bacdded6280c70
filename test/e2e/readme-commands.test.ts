import { readFileSync } from 'node:fs'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { startProgram } from '../support/child-process.ts'
import { eventually } from '../support/eventually.ts'
import { runExporter, startExporter } from '../support/exporter.ts'
import { kustomized } from '../support/kustomized.ts'
import { promtoolCheckConfiguration } from '../support/promtool.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const readme = readFileSync('README.md', 'utf8')

/** The texts of the code blocks of a language. */
function blocksOf(language: string, page = readme): readonly string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))
  return [...blocks].map(([, text = '']) => text)
}

const commands = blocksOf('sh')
  .flatMap((block) => block.split('\n'))
  .filter((line) => line !== '' && !line.startsWith('#'))

// The address that stands for the user's own.
const yourRedis = 'redis://redis.example.com:6379'
const packed = `redis-exporter-${packageJson.version}.tgz`

let redis: RedisServer
let directory: TemporaryDirectory
beforeAll(async () => {
  redis = await startRedis()
  directory = await temporaryDirectory()
})
afterAll(async () => {
  await redis?.stop()
  await directory?.[Symbol.asyncDispose]()
})

/** Runs a program to its end; returns what it printed. */
async function outputOf(program: string, args: readonly string[], path = process.env.PATH ?? '') {
  await using run = startProgram({ program, args, env: { PATH: path, HOME: directory.path } })
  expect(await run.exited).toEqual({ code: 0, signal: null })
  return run.output()
}

/** What make would do for a target, were nothing of it there yet. */
const recipeOf = async (target: string) => await outputOf('make', ['-n', '-B', target])

/** Starts the exporter with the arguments of a line, but for the address of the user's server. */
async function watches(line: string): Promise<void> {
  expect(line).toContain(yourRedis)
  const args = line.replace(yourRedis, redis.url).split(' ')
  await using exporter = await startExporter({ args })
  await eventually(async () => {
    expect((await exporter.get('/metrics')).body).toMatch(/^redis_up 1$/m)
  })
}

/** Each command of README.md, and what shows that it does what it is there for. */
const shows: Readonly<Record<string, () => Promise<void>>> = {
  // e2e/make-run runs this recipe.
  'make run': async () => {
    expect(await recipeOf('run')).toContain('\nnode --import tsx test/demo/run.ts\n')
  },
  // What it builds is the exporter of all tests here.
  'make bin/redis-exporter': async () => {
    expect(await recipeOf('bin/redis-exporter')).toContain('npm ci\n')
    expect(await recipeOf('bin/redis-exporter')).toContain('\nnpm run --silent build\n')
  },
  'make deps': async () => {
    expect(await recipeOf('deps')).toContain('npm ci\n')
  },
  [`bin/redis-exporter --redis.addr=${yourRedis}`]: async () => {
    await watches(`--redis.addr=${yourRedis}`)
  },
  'bin/redis-exporter --acl': async () => {
    const run = runExporter({ args: ['--acl'] })
    expect(await run.exited).toEqual({ code: 0, signal: null })
    expect(run.stdout()).toMatch(/^ACL SETUSER .*\+info\b/m)
  },
  // e2e/image builds the image with buildah and runs it; here it goes to a docker that only tells.
  'make docker': async () => {
    expect(await dockerOf()).toMatch(/^docker build .*--tag redis-exporter:latest .* \.$/m)
  },
  [`docker run -p 9121:9121 -e REDIS_URL=${yourRedis} redis-exporter`]: async () => {
    expect(await dockerOf()).toContain('--tag redis-exporter:latest ')
    const recipe = await readFile('Dockerfile', 'utf8')
    expect(recipe).toMatch(/^EXPOSE 9121$/m)
    expect(recipe).toContain('\nENTRYPOINT ["node", "/app/bin/redis-exporter"]\n')
    await using exporter = await startExporter({ env: { REDIS_URL: redis.url } })
    await eventually(async () => {
      expect((await exporter.get('/metrics')).body).toMatch(/^redis_up 1$/m)
    })
  },
  // e2e/package packs for real, and runs the result by npx.
  'npm pack': async () => {
    expect(packageJson.scripts.prepack).toBe('npm run build')
    expect(packageJson.bin).toEqual({ 'redis-exporter': 'bin/redis-exporter' })
  },
  [`npx --yes ./${packed} --redis.addr=${yourRedis}`]: async () => {
    await watches(`--redis.addr=${yourRedis}`)
  },
  'kubectl apply -k kubernetes/redis-exporter': async () => {
    const kinds = kustomized('redis-exporter').all.map(({ kind }) => kind)
    expect(kinds.sort()).toEqual(['Deployment', 'PodDisruptionBudget', 'Service'])
  },
}

/** What make docker asks of a docker whose daemon answers. */
async function dockerOf(): Promise<string> {
  const docker = join(directory.path, 'docker')
  await writeFile(docker, '#!/bin/sh\necho "docker $*"\n')
  await chmod(docker, 0o755)
  return await outputOf('make', ['docker'], `${directory.path}:${process.env.PATH}`)
}

describe('the commands of README.md', () => {
  it('are all in the table of this test, and no others', () => {
    expect(Object.keys(shows).toSorted()).toEqual([...new Set(commands)].toSorted())
  })

  it.each(Object.entries(shows))('%s', async (_command, show) => {
    await show()
  })
})

describe.each(['README.md', 'kubernetes/README.md'])('the configurations in %s', (page) => {
  const blocks = blocksOf('yaml', readFileSync(page, 'utf8'))

  it('are there', () => {
    expect(blocks).not.toEqual([])
  })

  it.each(blocks)('%s', async (block) => {
    expect(await promtoolCheckConfiguration(block)).toContain('SUCCESS')
  })
})
