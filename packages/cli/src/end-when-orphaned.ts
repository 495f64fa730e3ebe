import { Worker } from 'node:worker_threads';

/** Milliseconds between two looks; a process that lets go of its thread has ended itself before the second. */
const LOOK_MS = 500;

const WATCH = `
const { workerData: { parent, every, isGroup } } = require('node:worker_threads');
const isAlive = () => {
  if (process.ppid !== parent) return false;
  try { process.kill(parent, 0); return true; } catch (error) { return error.code === 'EPERM'; }
};
let gone = 0;
setInterval(() => {
  gone = isAlive() ? 0 : gone + 1;
  if (gone < 2) return;
  try { if (isGroup) process.kill(-process.pid, 'SIGKILL'); } catch {}
  process.kill(process.pid, 'SIGKILL');
}, every);
`;

/**
 * Ends this process, and the group that it leads, once its parent is gone, killed even: a thread of its own looks, for code of
 * a config may never let go of this one. What was scored is on disk at any moment.
 * @param parent its process id, as the parent knew it
 */
export function endWhenOrphaned(parent: number): void {
  const workerData = { parent, every: LOOK_MS, isGroup: process.platform !== 'win32' };
  const watch = new Worker(WATCH, { eval: true, workerData, execArgv: [], stdout: false });
  // Where no thread can be started the closed channel must do.
  watch.on('error', () => {});
  watch.unref();
}
