import { type AddressPair, addressMapHint, parseAddressMap } from '../targets/address-map.ts'
import type { ValueKind } from './value-kinds.ts'

/** Where servers are reached that announce something else. */
export const addressMap: ValueKind<readonly AddressPair[]> = {
  placeholder: 'pairs',
  accepts:
    'pairs of host[:port]=host[:port] separated by commas, such as 10.0.0.1:6379=redis.example.com:7001',
  read: parseAddressMap,
  hint: addressMapHint,
}
