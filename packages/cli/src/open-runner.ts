import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError, type ResolvedModel, type Runner } from '@assay/core';
import type { ProgressLine } from './print/progress-line.ts';
import { printable } from './print/terminal.ts';

/** Opens what answers for a model. Each runner's package is loaded only here, only when a config names it. */
export async function openRunner(model: ResolvedModel, baseDir: string, progress: ProgressLine): Promise<Runner> {
  switch (model.runner) {
    case 'local': {
      const { createLocalRunner, resolveModel, verifyModel } = await import('@assay/runner-local');
      const { model: name, batch_size: batchSize, threads, workers, isolate } = model.local;
      const { folder } = resolveModel(besideConfig(name, baseDir));
      progress.note(`loading ${printable(name)}`);
      await verifyModel(besideConfig(name, baseDir));
      return createLocalRunner({
        model: folder,
        ...(batchSize === undefined ? {} : { batchSize }),
        ...(threads === undefined ? {} : { threads }),
        ...(workers === undefined ? {} : { workers }),
        ...(isolate === undefined ? {} : { isolate }),
        hooks: { onTokens: ({ newTokens }) => progress.addTokens(newTokens) },
      });
    }
    case 'scripted': {
      const { createScriptedRunner } = await import('@assay/core');
      const { answers, delay_ms: delayMs, otherwise, concurrency } = model.scripted;
      return createScriptedRunner({ answers: besideConfig(answers, baseDir), delayMs, otherwise, concurrency });
    }
    default:
      throw new AssayError('RUNNER_CAPABILITY', `this build of assay has no runner "${model.runner}"`);
  }
}

/** Paths in a config start at its own folder; what is not there is a path from here, or a name. */
function besideConfig(path: string, baseDir: string): string {
  const beside = resolve(baseDir, path);
  return existsSync(beside) ? beside : path;
}
