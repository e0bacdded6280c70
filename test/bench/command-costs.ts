/** What is needed of a client: one of ioredis has it. */
interface InfoReader {
  info(section: string): Promise<string>
}

/** What a server spent on commands, by its own INFO commandstats. */
export interface CommandCosts {
  readonly calls: number
  readonly microseconds: number
  /** Of these, what LATENCY HISTOGRAM took, whose reply grows with the commands ever seen. */
  readonly ofLatencyHistogram: number
}

const nothing: CommandCosts = { calls: 0, microseconds: 0, ofLatencyHistogram: 0 }

/** Runs an action and returns what it cost the server, without the cost of our looking at it. */
export async function commandCosts(
  client: InfoReader,
  action: () => Promise<void>,
): Promise<CommandCosts> {
  // A look is counted by the next one, so two in a row show what one costs.
  const first = await readTotals(client)
  const second = await readTotals(client)
  await action()
  const third = await readTotals(client)
  const own = difference(first, second)
  return difference(own, difference(second, third))
}

async function readTotals(client: InfoReader): Promise<CommandCosts> {
  let totals = nothing
  const text = await client.info('commandstats')
  for (const [, name, calls, time] of text.matchAll(/^cmdstat_(.*):calls=(\d+),usec=(\d+),/gm)) {
    const microseconds = Number(time)
    totals = {
      calls: totals.calls + Number(calls),
      microseconds: totals.microseconds + microseconds,
      ofLatencyHistogram:
        totals.ofLatencyHistogram + (name === 'latency|histogram' ? microseconds : 0),
    }
  }
  return totals
}

function difference(before: CommandCosts, after: CommandCosts): CommandCosts {
  return {
    calls: after.calls - before.calls,
    microseconds: after.microseconds - before.microseconds,
    ofLatencyHistogram: after.ofLatencyHistogram - before.ofLatencyHistogram,
  }
}
