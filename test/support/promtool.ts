import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireProgram } from './programs.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** What `promtool check metrics` complains about in a body; empty when it is content. */
export async function promtoolCheckMetrics(body: string | Uint8Array): Promise<string> {
  return await runPromtool(['check', 'metrics'], body)
}

/** A test of rules; see https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/. */
export interface RuleTest {
  readonly interval: string
  readonly input_series: readonly { readonly series: string; readonly values: string }[]
  readonly promql_expr_test?: readonly {
    readonly expr: string
    readonly eval_time: string
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[]
  }[]
  readonly alert_rule_test?: readonly {
    readonly eval_time: string
    readonly alertname: string
    readonly exp_alerts: readonly {
      readonly exp_labels: Readonly<Record<string, string>>
      readonly exp_annotations?: Readonly<Record<string, string>>
    }[]
  }[]
}

/** What `promtool check rules` says of rules, in YAML. */
export async function promtoolCheckRules(rules: string): Promise<string> {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'rules.yml')
  await writeFile(file, rules)
  return await runPromtool(['check', 'rules', file])
}

/** What `promtool check config` says of a configuration of Prometheus. */
export async function promtoolCheckConfiguration(configuration: string): Promise<string> {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'prometheus.yml')
  await writeFile(file, configuration)
  return await runPromtool(['check', 'config', file])
}

/** What `promtool test rules` finds wrong with rules, in YAML; empty when all is as expected. */
export async function promtoolTestRules(rules: string, tests: readonly RuleTest[]) {
  await using directory = await temporaryDirectory()
  const [rulesFile, testFile] = ['rules.yml', 'tests.json'].map((name) =>
    join(directory.path, name),
  ) as [string, string]
  await writeFile(rulesFile, rules)
  await writeFile(testFile, JSON.stringify({ rule_files: [rulesFile], tests }))
  const output = await runPromtool(['test', 'rules', testFile])
  return output.replaceAll(/^(Unit Testing:.*|\s*SUCCESS)$/gm, '').trim()
}

async function runPromtool(args: readonly string[], input?: string | Uint8Array): Promise<string> {
  const promtool = requireProgram(process.env.PROMTOOL ?? 'promtool')
  return await new Promise((resolve, reject) => {
    const child = spawn(promtool, args)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
      })
    }
    child.on('error', reject)
    child.on('close', (code) => {
      // An exit code without a word is a complaint too.
      resolve(code === 0 || output !== '' ? output.trim() : `promtool ended with ${code}`)
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

// What promtool says of names that dashboards rely on, and of those of prom-client. Anything else
// that it says is a fault.
const knownWarnings: readonly { readonly rule: string; readonly names: RegExp }[] = [
  {
    rule: 'metric names should not contain abbreviated units',
    names:
      /^redis_((aof_(current|last)_rewrite|rdb_(current|last)_bgsave)_duration_sec|.*_time_ms(_total)?|instantaneous_ops_per_sec)$/,
  },
  {
    rule: 'non-histogram and non-summary metrics should not have "_count" suffix',
    names: /^redis_(key_group|keys)_count$/,
  },
  {
    rule: 'use base unit "seconds" instead of "milliseconds"',
    names: /^redis_last_key_groups_scrape_duration_milliseconds$/,
  },
  {
    rule: 'counter metrics should have "_total" suffix',
    names:
      /^redis_(dump_payload_sanitizations|io_threaded_(reads|writes)_processed|total_(error_replies|reads_processed|writes_processed)|unexpected_error_replies)$/,
  },
  {
    rule: 'non-counter metrics should not have "_total" suffix',
    names: /^(redis_(memory_used_vm|migrate_cached_sockets|rdb_saves)|nodejs_active_[a-z]+)_total$/,
  },
]

/** What `promtool check metrics` complains about in a body, but for the names that are given. */
export async function unknownWarnings(body: string): Promise<readonly string[]> {
  const warnings = (await promtoolCheckMetrics(body)).split('\n')
  const isKnown = (warning: string) =>
    knownWarnings.some(({ rule, names }) => {
      const [name = '', ...words] = warning.split(' ')
      return words.join(' ') === rule && names.test(name)
    })
  return warnings.filter((warning) => warning !== '' && !isKnown(warning))
}
