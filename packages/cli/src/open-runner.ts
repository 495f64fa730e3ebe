import { AssayError, type ResolvedModel, type Runner } from '@assay/core';
import type { ProgressLine } from './print/progress-line.ts';
import { printable } from './print/terminal.ts';

/** Opens what answers for a model. Each runner's package is loaded only here, only when a config names it. */
export async function openRunner(model: ResolvedModel, progress: ProgressLine): Promise<Runner> {
  switch (model.runner) {
    case 'local': {
      const { createLocalRunner, resolveModel, verifyModel } = await import('@assay/runner-local');
      const { model: name, batch_size: batchSize, threads, workers, isolate } = model.local;
      const { folder } = resolveModel(name);
      progress.note(`loading ${printable(name)}`);
      await verifyModel(name);
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
      return createScriptedRunner(model.scripted);
    }
    default:
      throw new AssayError('RUNNER_CAPABILITY', `this build of assay has no runner "${model.runner}"`);
  }
}
