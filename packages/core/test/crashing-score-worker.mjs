import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import scoreRange from '../dist/scoring/score-worker.js';

/**
 * The scoring worker, but that the first one to take a range dies of it: by running out of memory where the dataset's
 * folder holds a file `memory`, by exiting elsewhere. A file marks each range that has had its crash.
 */
export default async function crashOnce(task) {
  const mark = join(task.baseDir, `crashed-${task.range.firstIndex}`);
  if (!existsSync(mark)) {
    writeFileSync(mark, '');
    if (existsSync(join(task.baseDir, 'memory'))) {
      const held = [];
      for (;;) held.push(new Array(1e6).fill(task.range.firstIndex + held.length));
    }
    process.exit(1);
  }
  return scoreRange(task);
}
