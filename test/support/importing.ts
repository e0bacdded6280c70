/** An argument of Node.js, in NODE_OPTIONS as well, that has it run a module before all else. */
export function importing(script: string): string {
  return `--import=data:text/javascript;base64,${Buffer.from(script).toString('base64')}`
}
