import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import scoreInWorker from '../../dist/scoring/score-worker.js';

/**
 * The scoring worker, but that the first one to take a part dies of it: by running out of memory where the folder of marks
 * holds a file `memory`, by exiting elsewhere. A file marks each part that has had its crash.
 */
export default async function crashOnce(task) {
  const marks = process.env.ASSAY_TEST_CRASH_MARKS;
  const first = task.kind === 'range' ? task.ranges[0].range.firstIndex : task.samples[0].index;
  const mark = join(marks, `crashed-${first}`);
  if (!existsSync(mark)) {
    writeFileSync(mark, '');
    if (existsSync(join(marks, 'memory'))) {
      const held = [];
      for (;;) held.push(new Array(1e6).fill(first + held.length));
    }
    process.exit(1);
  }
  return scoreInWorker(task);
}
