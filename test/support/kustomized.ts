import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment'
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap'
import type { IService } from 'kubernetes-models/v1/Service'
import { parseAllDocuments } from 'yaml'
import { newerKubectl } from './newer-servers.ts'

interface Kinds {
  readonly ConfigMap: IConfigMap
  readonly Deployment: IDeployment
  readonly PodDisruptionBudget: IPodDisruptionBudget
  readonly Service: IService
  readonly StatefulSet: IStatefulSet
}

/** The manifests that kustomize makes of one of our folders. */
export interface Kustomized {
  readonly all: readonly { readonly kind: string }[]
  /** The only one of a kind. */
  one<K extends keyof Kinds>(kind: K): Kinds[K]
}

/** Does what `kubectl apply -k` does with a folder of `kubernetes/` before it sends anything. */
export function kustomized(folder: string): Kustomized {
  const path = fileURLToPath(new URL(`../../kubernetes/${folder}`, import.meta.url))
  const text = execFileSync(newerKubectl, ['kustomize', path], { encoding: 'utf8' })
  const all = parseAllDocuments(text).map((document) => document.toJS() as { kind: string })
  return {
    all,
    one<K extends keyof Kinds>(kind: K) {
      const [only, ...others] = all.filter((manifest) => manifest.kind === kind)
      if (!only || others.length > 0) throw new Error(`${folder} has not one ${kind}`)
      return only as Kinds[K]
    },
  }
}
