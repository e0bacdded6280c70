import { importing } from './importing.ts'

const script = `
  import { writeSync } from 'node:fs'
  import { getHeapStatistics } from 'node:v8'
  import vm from 'node:vm'
  vm.Script = class extends vm.Script {
    constructor(text, options) {
      super(text, options)
      const code = { undefined: 'none', false: 'taken', true: 'refused' }[this.cachedDataRejected]
      writeSync(1, 'code: ' + code + ', heap: ' + getHeapStatistics().heap_size_limit + '\\n')
    }
  }`

/**
 * For NODE_OPTIONS: has the exporter tell what V8 made of the code that was given beside the program, in
 * a line such as `code: taken, heap: 4345298944`, with the bound of the heap.
 */
export const tellsTakenCode = importing(script)
