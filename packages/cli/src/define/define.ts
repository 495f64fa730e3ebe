import type { Option } from 'commander';

/** A command's action: takes what commander gives and returns the exit code. */
export type Action = (...args: never[]) => Promise<number>;

/** What a file that defines commands is given. */
export interface Define {
  /** An option that an environment variable can set too: `--max-concurrency` is ASSAY_MAX_CONCURRENCY. */
  readonly option: (flags: string, description: string) => Option;
  /** Loads an action only when its command is called. */
  readonly calls: (load: () => Promise<Action>) => (...args: unknown[]) => Promise<void>;
}
