import type { WantedTarget } from '../targets/wanted-target.ts'

/** What says which targets are wanted. */
export interface Source<S = Readonly<Record<string, unknown>>> {
  /** Such as `addresses`, `targets-file`, `cluster redis://a:7000`. */
  readonly name: string
  wanted(): readonly WantedTarget<S>[]
  /** Calls the listener after each change of wanted() or state(); gives back what stops that. */
  onChange(listener: () => void): () => void
  state(): SourceState
  stop(): void
}

export interface SourceState {
  /** Why its last answer holds no more or could not be read anew, without secrets; undefined when all is well. */
  readonly failure: string | undefined
  /** When it last worked, in milliseconds since 1970; undefined when never. */
  readonly lastSuccess: number | undefined
}
