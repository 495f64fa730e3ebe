import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import workerThreads from 'node:worker_threads';

/**
 * Tests run from source, but the threads and processes that they start run `dist`. The first of them builds it, where a source
 * is newer: a test that starts none needs no build, and none meets an old one. (The lock makes test files that run side by side
 * build once.)
 */
const BUILD = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url));
const { execFileSync } = childProcess;
let isBuilt = false;

function builtFirst(): void {
  if (isBuilt) return;
  execFileSync(process.execPath, [BUILD, '--if-stale'], { stdio: ['ignore', 'inherit', 'inherit'] });
  isBuilt = true;
}

/** A function that builds before it does its work. */
function afterBuild<F extends (...args: never[]) => unknown>(start: F): F {
  return new Proxy(start, {
    apply(start, self, args) {
      builtFirst();
      return Reflect.apply(start, self, args) as unknown;
    },
  });
}

/** Where files share a process, the first of them has put these in place. */
const DONE = Symbol.for('assay: built at first use');

function buildAtFirstUse(): void {
  // Whatever does not wait for its process starts it by this method.
  const { prototype } = childProcess.ChildProcess as unknown as { prototype: { spawn(): void } };
  prototype.spawn = afterBuild(prototype.spawn);
  childProcess.spawnSync = afterBuild(childProcess.spawnSync);
  childProcess.execSync = afterBuild(childProcess.execSync);
  childProcess.execFileSync = afterBuild(childProcess.execFileSync);
  workerThreads.Worker = new Proxy(workerThreads.Worker, {
    construct(Worker, args, target) {
      builtFirst();
      return Reflect.construct(Worker, args, target) as object;
    },
  });
  syncBuiltinESMExports();
}

if (!(DONE in globalThis)) {
  Reflect.set(globalThis, DONE, true);
  buildAtFirstUse();
}
