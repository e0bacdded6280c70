import { type AllowRule, allowRulesHint, parseAllowRules } from '../targets/allow-rule.ts'
import type { ValueKind } from './value-kinds.ts'

/** Of which servers somebody may ask who is not trusted. */
export const allowRules: ValueKind<readonly AllowRule[]> = {
  placeholder: 'rules',
  accepts:
    'rules separated by commas, each a name with * for a part of it, an address or a network (IPv6 in brackets), then :port or :port-port, then =user@file or =file with the password to log in with, rediss:// before it for TLS alone; such as *.example.com:6379,rediss://10.0.0.0/8:7000-7005=exporter@/run/secrets/redis',
  read: parseAllowRules,
  hint: allowRulesHint,
  files: (rules) => rules.flatMap(({ login }) => (login ? [login.passwordFile] : [])),
}
