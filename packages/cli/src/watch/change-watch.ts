import { type FSWatcher, watch } from 'chokidar';

/** Milliseconds without a further change, after which files count as saved: editors write in several steps. */
const QUIET_MS = 200;

/** Tells when files changed, once they have been left alone for a moment. */
export class ChangeWatch {
  readonly #watcher: FSWatcher;
  readonly #quietMs: number;
  readonly #changed = new Set<string>();
  #round = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  private constructor(watcher: FSWatcher, quietMs: number) {
    this.#watcher = watcher;
    this.#quietMs = quietMs;
    watcher.on('all', (_, path) => this.#onChange(path));
    // A file that cannot be watched is not worth the runs of those that can.
    watcher.on('error', () => {});
  }

  /** Watches from the moment that this resolves. */
  static async open(paths: readonly string[], quietMs: number = QUIET_MS): Promise<ChangeWatch> {
    const watcher = watch([...paths], { ignoreInitial: true, atomic: true });
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    return new ChangeWatch(watcher, quietMs);
  }

  add(paths: readonly string[]): void {
    this.#watcher.add([...paths]);
  }

  /** A signal for the next change; its reason is the list of the changed files. */
  nextChange(): AbortSignal {
    this.#round = new AbortController();
    return this.#round.signal;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher.close();
  }

  #onChange(path: string): void {
    this.#changed.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const changed = [...this.#changed];
      this.#changed.clear();
      this.#round.abort(changed);
    }, this.#quietMs);
  }
}
