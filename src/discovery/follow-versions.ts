import type { FileVersion } from './versioned-file.ts'

/** What follows files. */
export interface Followed {
  /**
   * Reads them now, changed or not, or a second after the last time, so that whoever may ask cannot keep
   * us at it. Who asks while one is under way gets the next one, which reads what is there then.
   * Resolves with what is wrong: nothing when all is in force.
   */
  reload(): Promise<readonly string[]>
  stop(): void
}

export interface FollowOptions {
  /** The version of what there is now. */
  readonly version: () => Promise<FileVersion>
  /** That which was read last. */
  readonly loaded: () => FileVersion
  /** Reads what there is; resolves with what is wrong with it. */
  readonly load: () => Promise<readonly string[]>
  /** Is told of what was wrong with what was read, if anything was. */
  readonly onMistakes: (mistakes: readonly string[]) => void
  readonly everyMilliseconds: number
}

const longestPause = 1_000
const mostUnread = 5

/**
 * Looks at files again and again rather than watching them: that works on every file system, through
 * any number of links, and in folders that come later. A change is read when it was the same twice,
 * so that none is read half, and at the fifth look at the latest: what is replaced time and again would
 * never be.
 */
export function followVersions(options: FollowOptions): Followed {
  const { version, loaded, load, onMistakes, everyMilliseconds } = options
  let seen: FileVersion = ''
  let unread = 0
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let loading: Promise<readonly string[]> = Promise.resolve([])
  let next: Promise<readonly string[]> | undefined
  const pauseMilliseconds = Math.min(everyMilliseconds, longestPause)
  let lastBegin = -Infinity

  function reload(): Promise<readonly string[]> {
    next ??= loading.then(readNext)
    return next
  }
  async function readNext(): Promise<readonly string[]> {
    const early = lastBegin + pauseMilliseconds - performance.now()
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early).unref())
    lastBegin = performance.now()
    next = undefined
    loading = load()
    void loading.then(onMistakes)
    return loading
  }

  async function look(): Promise<void> {
    const now = await version()
    unread = now === loaded() ? 0 : unread + 1
    const isDue = unread >= mostUnread || (unread > 0 && now === seen)
    seen = now
    if (isDue && !isStopped) {
      unread = 0
      await reload()
    }
    if (!isStopped) timer = setTimeout(look, everyMilliseconds)
  }

  void look()
  return {
    reload,
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
