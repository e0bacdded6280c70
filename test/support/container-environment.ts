import type { IIoK8sApiCoreV1EnvVar as EnvVar } from 'kubernetes-models/v1/EnvVar'

/** What Kubernetes knows of a pod beside its manifest. */
export interface PodSurroundings {
  /** The values of Secrets by their names and keys. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly podName?: string
}

/** The environment that Kubernetes would make of a container's variables. */
export function environmentOf(
  variables: readonly EnvVar[],
  pod: PodSurroundings,
): Record<string, string> {
  const known: Record<string, string> = {}
  for (const { name, value = '', valueFrom } of variables) {
    known[name] = valueFrom ? referredTo(valueFrom, pod) : interpolate(value, known)
  }
  return known
}

/** Goes through the text once: what was filled in is not looked at again. */
function interpolate(text: string, known: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (found, name: string | undefined) =>
    name === undefined ? '$' : (known[name] ?? found),
  )
}

function referredTo(
  { secretKeyRef, fieldRef }: NonNullable<EnvVar['valueFrom']>,
  { secrets = {}, podName }: PodSurroundings,
): string {
  if (fieldRef?.fieldPath === 'metadata.name' && podName !== undefined) return podName
  const { name = '', key = '' } = secretKeyRef ?? {}
  const secret = secrets[name]?.[key]
  if (secret === undefined) throw new Error(`the test has no Secret ${name} with a key ${key}`)
  return secret
}
