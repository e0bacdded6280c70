import fc from 'fast-check'

// Each run of the unit tests tries other inputs. PROPERTY_RUNS asks for more of them at once. To make what
// fails smaller may take minutes: what was found by then is told before the test runs out of time,
// and one that has not had all its runs by then fails.
fc.configureGlobal({
  numRuns: Number(process.env.PROPERTY_RUNS ?? 40),
  interruptAfterTimeLimit: 45_000,
  markInterruptAsFailure: true,
})
