#!/usr/bin/env node
import { assayVersion } from './assay-version.ts';

// Answered before anything is loaded: scripts ask for it in loops.
if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(`${assayVersion()}\n`);
} else {
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(process.argv, assayVersion());
}
