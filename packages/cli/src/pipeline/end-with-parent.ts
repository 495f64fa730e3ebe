import { endWhenOrphaned } from '../end-when-orphaned.ts';

export interface EndWithParentOptions {
  /** Whether the step may be cut off at any moment: one that deletes what costs money goes on until it has. */
  readonly isForced: boolean;
}

/**
 * A local pipeline that is gone, killed even, takes its steps with it: the channel to it closes, and where a step's thread
 * never gets to hear that, the process is ended. What was scored is on disk at any moment. In a container there is no channel.
 */
export function endWithParent(end: () => void, { isForced }: EndWithParentOptions): void {
  if (process.channel === undefined) return;
  process.on('disconnect', end);
  process.channel.unref();
  if (isForced) endWhenOrphaned(process.ppid);
}
