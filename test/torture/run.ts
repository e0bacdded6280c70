// What `make torture` calls: the long form of the attack. It stops by itself, and prints how to
// repeat what it finds.
import { printReport } from '../bench/table.ts'
import { churn } from './churn.ts'
import { fuzz } from './fuzz.ts'

const parts = { fuzz: runFuzz, churn: runChurn }

const usage = `Usage: make torture [ONLY=fuzz|churn] with the variables
  SECONDS  how long each part takes; 600 and 900 unless given
  SEED     what to repeat; another one each time unless given`

const seed = numberFrom('SEED') ?? Date.now() % 1e9

function numberFrom(name: string): number | undefined {
  const text = process.env[name]
  if (text === undefined || text === '') return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Error(`${name}=${text} is no whole number`)
}

async function runFuzz(seconds = 600): Promise<void> {
  console.log(`fuzzing for ${seconds} s, SEED=${seed}`)
  console.log(await fuzz(seed, seconds))
}

async function runChurn(seconds = 900): Promise<void> {
  console.log(`churn for ${seconds} s, SEED=${seed}`)
  await printReport(await churn(seed, seconds))
}

async function main(chosen: readonly string[]): Promise<number> {
  if (chosen.some((name) => !Object.hasOwn(parts, name))) {
    console.log(usage)
    return chosen.includes('--help') ? 0 : 2
  }
  try {
    for (const [name, run] of Object.entries(parts))
      if (chosen.length === 0 || chosen.includes(name)) await run(numberFrom('SECONDS'))
    return 0
  } catch (error) {
    console.error(error)
    return 1
  }
}

// An exit of our own, so that every program that was started is gone with us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(1))
process.exit(await main(process.argv.slice(2)))
