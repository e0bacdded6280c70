import { type Command, commandName } from './command.ts'
import type { ServerInfo } from './server-info.ts'

// What a user writes for the name of CONFIG to do without it.
const none = '-'

/**
 * A command as a server wants it whose CONFIG has another name. What asks which commands there
 * are asks for that name, so that everybody else goes on saying CONFIG.
 */
export function renameConfig(command: Command, name: string): Command {
  if (!isRenamed(name)) return command
  const [first, ...rest] = command
  if (isConfig(first)) return [name, ...rest]
  if (commandName(command) !== 'command|info') return command
  const renamed = rest.map((word) => {
    return isConfig(word) ? `${name}${word.slice('config'.length)}` : word
  })
  return [first, ...renamed]
}

/** Whether the name is one that a server was given for its CONFIG. */
export function isRenamed(name: string): boolean {
  return name !== '' && name !== none && !isConfig(name)
}

/** The server as if it had no CONFIG, where the name says to do without it. */
export function withoutConfig(server: ServerInfo, name: string): ServerInfo {
  if (isRenamed(name) && server.mode !== 'sentinel' && !server.knows('config'))
    return { ...server, missesConfig: true }
  if (name !== none) return server
  return { ...server, knows: (command) => !isConfig(command) && server.knows(command) }
}

/** Whether this is the name of CONFIG, or of a subcommand: `config|get`. */
function isConfig(name: string): boolean {
  return /^config(\||$)/i.test(name)
}
