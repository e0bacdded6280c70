import type { Command } from './command.ts'

/** Names a connection, for CLIENT LIST. */
export const clientName: Command = ['CLIENT', 'SETNAME', 'redis_exporter']
