import { addressMap } from '../options/address-map-kind.ts'
import { userName } from '../options/login-kinds.ts'
import type { Options } from '../options/option.ts'
import { duration, filePath, flag, nameList, oneOf } from '../options/value-kinds.ts'

const group = 'Discovery'
const second = 1000
const hour = 3600 * second

/** How the other servers of a Cluster or of a Sentinel deployment are found. */
export const discoveryOptions = {
  discover: {
    flags: ['discover'],
    env: ['REDIS_EXPORTER_DISCOVER'],
    scope: 'target',
    group,
    help: 'Watch all nodes of the Cluster that the address is a node of, or all Sentinels, masters and replicas of the deployment of which it is a Sentinel',
    kind: oneOf(['none', 'cluster', 'sentinel']),
    default: undefined,
    defaultHelp: 'none, or cluster with --is-cluster',
  },
  isCluster: {
    flags: ['is-cluster'],
    env: ['REDIS_EXPORTER_IS_CLUSTER'],
    scope: 'target',
    group,
    help: 'The same as --discover=cluster, unless that is given',
    kind: flag,
    default: 'false',
  },
  clusterDiscoverHostnames: {
    flags: ['cluster-discover-hostnames'],
    env: ['REDIS_EXPORTER_CLUSTER_DISCOVER_HOSTNAMES'],
    scope: 'target',
    group,
    needs: ['discover', 'is-cluster'],
    help: 'Reach the nodes of a Cluster by the names that they announce, where they do',
    kind: flag,
    default: 'false',
  },
  discoverMasters: {
    flags: ['discover.masters'],
    env: ['REDIS_EXPORTER_DISCOVER_MASTERS'],
    scope: 'target',
    group,
    needs: ['discover'],
    help: 'The masters of the Sentinels to watch; all unless given',
    kind: nameList,
    default: undefined,
  },
  discoverMap: {
    flags: ['discover.map'],
    env: ['REDIS_EXPORTER_DISCOVER_MAP'],
    scope: 'target',
    group,
    needs: ['discover', 'is-cluster'],
    help: 'Where servers are reached that announce another address, as behind NAT',
    kind: addressMap,
    default: undefined,
    neverShown: true,
  },
  discoverUser: {
    flags: ['discover.user'],
    env: ['REDIS_EXPORTER_DISCOVER_USER'],
    scope: 'target',
    group,
    needs: ['discover', 'is-cluster'],
    help: 'User to log in as to the nodes, or to masters and replicas, that are found; that of the address unless given',
    kind: userName,
    default: undefined,
  },
  discoverPasswordsFile: {
    flags: ['discover.passwords-file'],
    env: ['REDIS_EXPORTER_DISCOVER_PASSWORDS_FILE'],
    scope: 'target',
    group,
    needs: ['discover', 'is-cluster'],
    help: 'File with the password for these, in the forms of redis.password-file; that of the address unless given',
    kind: filePath,
    default: undefined,
  },
  discoverMaxAge: {
    flags: ['discover.max-age'],
    env: ['REDIS_EXPORTER_DISCOVER_MAX_AGE'],
    scope: 'process',
    group,
    needs: ['discover', 'is-cluster'],
    help: 'For how long what was found is watched when it cannot be asked for anew',
    kind: duration(second, 24 * hour),
    default: '5m',
  },
} as const satisfies Options
