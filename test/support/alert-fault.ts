/** What goes wrong with one server, and what an alert says of it. */
export interface AlertFault {
  readonly fault: string
  /** In the place of the healthy ones. */
  readonly series: Readonly<Record<string, string>>
  readonly at: string
  readonly fires: string
  /** Where `$server` stands for the one that it befell. */
  readonly summary: string
  /** Those of the alert, where they are not those of the first series. */
  readonly labels?: Readonly<Record<string, string>>
  /** When nothing has happened yet; a moment before the fault unless told otherwise. */
  readonly quietAt?: string
}
