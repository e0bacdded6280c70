import type { Reason } from '../redis/redis-error.ts'

/** What people are told of a reason, each in a sentence or two. */
export interface ReasonText {
  /** What happened. */
  readonly means: string
  /** What to look at first. */
  readonly lookAt: string
  /** What the exporter does until it is mended. */
  readonly meanwhile: string
}

const triesAgain =
  'The target is down (redis_up is 0) and nothing old is served; each poll tries again.'
const leavesOut = 'The metrics that need it are left out, everything else is served.'
const asksAgain = `${leavesOut} Each poll asks again.`
const asksSeldom = `${leavesOut} It is asked for again once in a scan interval.`

/** Of every reason of the closed list, and of a snapshot that is too old. */
export const reasonTexts: Readonly<Record<Reason | 'stale', ReasonText>> = {
  timeout: {
    means: 'The server did not answer before the deadline of the poll.',
    lookAt:
      'A command that takes long (SLOWLOG GET, a Lua script, KEYS), a server without processor time or swapping, a network that drops packets. If the server is only far away, raise --poll.timeout.',
    meanwhile: triesAgain,
  },
  connection: {
    means: 'There is no connection, or it broke off.',
    lookAt:
      'Does the server run, and listen at this address and port for others than itself (bind, protected-mode)? Then firewalls, NetworkPolicies, the name in DNS, and maxclients.',
    meanwhile: triesAgain,
  },
  tls: {
    means: 'The TLS handshake failed.',
    lookAt:
      'Does the port speak TLS (rediss://)? Then the certificate: its end, the names in it, and the CA in --tls-ca-cert-file. A server with tls-auth-clients wants --tls-client-cert-file too.',
    meanwhile: triesAgain,
  },
  auth: {
    means: 'The server did not accept the login, or asks for one.',
    lookAt:
      'The user and the password (--redis.user, --redis.password-file), and whether the user is on (ACL GETUSER). A password that was changed is read again from its file; an entry in a JSON object has to name this server and the user.',
    meanwhile: triesAgain,
  },
  noperm: {
    means: 'The user of the exporter may not run a command.',
    lookAt:
      'redis-exporter --acl prints the smallest user that sees everything; grant what is missing (ACL SETUSER), or switch the collector off.',
    meanwhile: asksSeldom,
  },
  unknown_command: {
    means: 'The server does not have a command, or knows it under another name.',
    lookAt:
      'An older server or a look-alike has none, and rename-command hides it. Switch the collector off, or for CONFIG name it in --config-command.',
    meanwhile: asksSeldom,
  },
  loading: {
    means: 'The server is loading its data.',
    lookAt: 'How far it is (INFO persistence: loading_loaded_perc), and why it was started.',
    meanwhile: 'INFO alone is read; everything else comes back when the data is loaded.',
  },
  masterdown: {
    means: 'A replica has lost its master and does not answer from old data.',
    lookAt:
      'Does the master run, and can the replica reach it (INFO replication: master_link_status)? replica-serve-stale-data decides whether it answers.',
    meanwhile: asksAgain,
  },
  clusterdown: {
    means: 'The Cluster does not serve keys.',
    lookAt:
      'CLUSTER INFO and CLUSTER SHARDS: slots without a master that is well. Start the lost node, or fail over to its replica.',
    meanwhile: asksAgain,
  },
  busy: {
    means: 'The server runs a script or a function that has taken too long.',
    lookAt: 'Which one it is; SCRIPT KILL or FUNCTION KILL ends it, unless it has written.',
    meanwhile: asksAgain,
  },
  readonly: {
    means: 'A command that may write met a replica.',
    lookAt:
      'Whether the script that is run has to write; --lua-script-read-only runs it as one that reads.',
    meanwhile: asksAgain,
  },
  oom: {
    means: 'The server is at its maxmemory and refuses what may need more.',
    lookAt: 'Memory and its limit (INFO memory), maxmemory-policy, and the biggest keys.',
    meanwhile: asksAgain,
  },
  misconf: {
    means: 'The server cannot save its data and refuses what may write.',
    lookAt:
      'Its log and its disk: full, read-only or without rights (INFO persistence: rdb_last_bgsave_status).',
    meanwhile: asksAgain,
  },
  noreplicas: {
    means: 'The server has fewer good replicas than min-replicas-to-write.',
    lookAt: 'Which replicas are gone or behind (INFO replication).',
    meanwhile: asksAgain,
  },
  tryagain: {
    means: 'The slot of several keys is on its way to another node.',
    lookAt:
      'Nothing, if slots are being moved now; else a migration that was left halfway (CLUSTER SETSLOT).',
    meanwhile: asksAgain,
  },
  protocol: {
    means: 'What came is not the Redis protocol, or answers nothing that was asked.',
    lookAt:
      'What listens at this port: HTTP, a server that speaks TLS, a proxy or a load balancer in between.',
    meanwhile: triesAgain,
  },
  too_large: {
    means:
      'A reply was longer than --redis.max-reply-bytes, a list had too many elements, or the server ended the connection at the command.',
    lookAt:
      'What grew: the log names the command. Switch its collector off, or raise the bound and the memory of the exporter; where the server ended the connection, its client-output-buffer-limit.',
    meanwhile: asksSeldom,
  },
  parse: {
    means: 'A reply is not of the form that is documented.',
    lookAt:
      'The log with --debug. If the server is Redis or Valkey, please report its version and the collector.',
    meanwhile: asksAgain,
  },
  other: {
    means: 'Something else; the message says what.',
    lookAt: 'The log of the exporter, then that of the server.',
    meanwhile: asksAgain,
  },
  stale: {
    means: 'No poll has ended for longer than --poll.max-age.',
    lookAt:
      'Whether the exporter gets processor time, and its log; /healthz tells whether its schedule ticks.',
    meanwhile: 'What was read before is not served any more; the target counts as down.',
  },
}

/** The reason that a text of ours begins with, such as `auth: wrong password`; undefined for none. */
export function reasonIn(text: string | undefined): keyof typeof reasonTexts | undefined {
  const [word = ''] = (text ?? '').split(':', 1)
  return Object.hasOwn(reasonTexts, word) ? (word as keyof typeof reasonTexts) : undefined
}
