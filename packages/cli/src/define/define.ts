import type { MakeOption } from '../flags/make-option.ts';

/** A command's action: takes what commander gives and returns the exit code. */
export type Action = (...args: never[]) => Promise<number>;

/** What a file that defines commands is given. */
export interface Define {
  readonly option: MakeOption;
  /** Loads an action only when its command is called. */
  readonly calls: (load: () => Promise<Action>) => (...args: unknown[]) => Promise<void>;
}
