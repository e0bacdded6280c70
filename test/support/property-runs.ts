import fc from 'fast-check'

// Each run of the unit tests tries other inputs. PROPERTY_RUNS asks for more of them at once.
fc.configureGlobal({ numRuns: Number(process.env.PROPERTY_RUNS ?? 40) })
