import type { Runner } from './runner.ts';

/** What will answer, known before its weights are loaded. */
export interface DescribedRunner extends Pick<Runner, 'id' | 'revision' | 'isGreedy'> {
  /** Called in place of `close`, where nothing had to be asked and so nothing was opened. */
  pass?(): Promise<void>;
}
