/** A sequence of numbers that follows from its seed alone. */
export interface Random {
  /** A whole number from 0 to one less than the limit. */
  below(limit: number): number
  /** Whether something happens that happens in so many of a hundred cases. */
  chance(percent: number): boolean
  pick<T>(choices: readonly [T, ...T[]]): T
}

/** Source: the generator mulberry32, which is small and good enough to choose what to break. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0

  function below(limit: number): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
  }
}

/** A seed that differs for each of several numbers, and is the same for the same ones. */
export function seedOf(...numbers: readonly number[]): number {
  return numbers.reduce((seed, number) => Math.imul(seed ^ number, 0x9e3779b1) >>> 0, 0x811c9dc5)
}

/** One of a list; undefined where it is empty. */
export function oneOf<T>(choices: readonly T[], random: Random): T | undefined {
  return choices[random.below(choices.length)]
}
