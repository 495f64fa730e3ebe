#!/usr/bin/env node
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { assayVersion } from './assay-version.ts';
import { answerSupervisor, isSupervisor, supervise } from './supervise.ts';

// Who reads our output may stop reading (`assay algorithms list | head`): what is left to print is then nobody's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Answered before anything is loaded: scripts ask for it in loops.
if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(`${assayVersion()}\n`);
} else if (isSupervisor(process.argv, process.env)) {
  process.exitCode = await supervise(process.argv);
} else {
  answerSupervisor();
  keepCompiled(process.env);
  await optimiseLater(process.argv);
  try {
    const { runProgram } = await import('#program');
    process.exitCode = await runProgram(process.argv, assayVersion());
  } catch (thrown) {
    // So few files may be open that not even our own can be read.
    if ((thrown as NodeJS.ErrnoException).code !== 'EMFILE') throw thrown;
    process.stderr.write('FILE_SYSTEM  this process may not open more files\n  hint: Allow more: ulimit -n 1024\n');
    process.exitCode = 2;
  }
}

/**
 * Node 22 and later keep what they compiled, which is a tenth of a short command's time: in assay's cache folder, since what lies
 * in a folder for everybody could be somebody else's. Where it cannot be written, nothing is kept.
 */
function keepCompiled({ ASSAY_CACHE, XDG_CACHE_HOME, NODE_COMPILE_CACHE }: NodeJS.ProcessEnv): void {
  if (NODE_COMPILE_CACHE) return;
  const folder = ASSAY_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'assay');
  (module as { enableCompileCache?: (folder: string) => unknown }).enableCompileCache?.(join(folder, 'compiled'));
}

/**
 * Node 20 optimises code seven times later than it would: what a short run has optimised by then it hardly uses, and that was a
 * quarter of its time. Long runs cost the same (benchmarks/history.md). Later versions of V8 have no such flag.
 */
async function optimiseLater(argv: readonly string[]): Promise<void> {
  // Help is over before the module for it would be loaded.
  if (!process.versions.node.startsWith('20.') || argv.includes('--help')) return;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--interrupt-budget=500000');
}
