/** What a user must be allowed to do for a collector. */
export interface Access {
  /** Those of its commands that it sends; all unless told otherwise. */
  readonly commands?: readonly string[]
  /** The keys that it reads, as patterns of Redis. */
  readonly keys?: readonly string[]
  /** Whether they may be written to as well, which only scripts of the operator do. */
  readonly writes?: boolean
  /** What is to be allowed besides and is not known here, as a sentence. */
  readonly remark?: string
}
