import type { Options } from './option.ts'
import { duration, filePath, flag, plainText, wholeNumber } from './value-kinds.ts'

const group = 'Connection to Redis'

/** How a connection to a server is made, beside where and as whom. */
export const redisConnectionOptions = {
  tlsCaFile: {
    flags: ['tls-ca-cert-file'],
    env: ['REDIS_EXPORTER_TLS_CA_CERT_FILE'],
    group,
    needsTls: true,
    help: 'File with the certificates of the authorities that are trusted (PEM)',
    kind: filePath,
    default: undefined,
  },
  tlsClientCertificateFile: {
    flags: ['tls-client-cert-file'],
    env: ['REDIS_EXPORTER_TLS_CLIENT_CERT_FILE'],
    group,
    needsTls: true,
    help: 'File with the certificate to show to the server (PEM)',
    kind: filePath,
    default: undefined,
  },
  tlsClientKeyFile: {
    flags: ['tls-client-key-file'],
    env: ['REDIS_EXPORTER_TLS_CLIENT_KEY_FILE'],
    group,
    needsTls: true,
    help: 'File with the key of that certificate (PEM)',
    kind: filePath,
    default: undefined,
  },
  tlsServerName: {
    flags: ['tls-server-name'],
    env: ['REDIS_EXPORTER_TLS_SERVER_NAME'],
    group,
    needsTls: true,
    help: 'Name that the certificate of the server must hold; its host unless given',
    kind: plainText,
    default: undefined,
  },
  skipTlsVerification: {
    flags: ['skip-tls-verification'],
    env: ['REDIS_EXPORTER_SKIP_TLS_VERIFICATION'],
    group,
    needsTls: true,
    help: 'Accept any certificate of the server',
    kind: flag,
    default: 'false',
  },
  maxReplyBytes: {
    flags: ['redis.max-reply-bytes'],
    env: ['REDIS_MAX_REPLY_BYTES'],
    group,
    help: 'Bytes that all replies of one round trip may take; what sends more fails',
    kind: wholeNumber(64 * 1024, 1024 * 1024 * 1024),
    default: '2097152',
  },
  setClientName: {
    flags: ['set-client-name'],
    env: ['REDIS_EXPORTER_SET_CLIENT_NAME'],
    group,
    help: 'Name the connection redis_exporter, for CLIENT LIST',
    kind: flag,
    default: 'true',
  },
  maxConnectionAge: {
    flags: ['redis.max-connection-age'],
    env: ['REDIS_MAX_CONNECTION_AGE'],
    group,
    help: 'A connection is replaced by a new one before it is older, so that it follows the name of the server',
    kind: duration(10_000, 24 * 3_600_000),
    default: '10m',
  },
  pingOnConnect: {
    flags: ['ping-on-connect'],
    env: ['REDIS_EXPORTER_PING_ON_CONNECT'],
    group,
    help: 'Measure a PING with every poll, in a round trip of its own',
    kind: flag,
    default: 'false',
  },
} as const satisfies Options
