import type { Clock } from '@assay/core';
import type { StandIn } from './stand-in/stand-in.ts';

/**
 * For who watches an execution. The steps' work on the disk takes none of the stand-in's time: by its own clock a watcher would
 * look again and again until they are done. By this one it looks when there is something new to see.
 */
export function watchingClock({ clock, pipelines }: StandIn): Clock {
  return {
    now: () => clock.now(),
    sleep: async (ms, signal) => {
      await pipelines.changed();
      return clock.sleep(ms, signal);
    },
  };
}
