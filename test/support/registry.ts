import { createCollectors } from '../../src/collectors/index.ts'

/** All collectors, made once: what they remember of a server is shared by the tests of a file. */
export const { collectors, keyCollectors } = createCollectors()

/** Both, as the configuration is told of them. */
export const allCollectors = [...collectors, ...keyCollectors]
