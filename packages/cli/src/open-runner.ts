import { AssayError, type ResolvedModel, type Runner } from '@assay/core';
import type { ProgressLine } from './print/progress-line.ts';
import { printable } from './print/terminal.ts';

/** Opens what answers for a model. Each runner's package is loaded only here, only when a config names it. */
export async function openRunner(model: ResolvedModel, progress: ProgressLine): Promise<Runner> {
  switch (model.runner) {
    case 'local': {
      const { openLocalModel } = await import('@assay/runner-local');
      const { model: name, batch_size: batchSize, ...settings } = model.local;
      return openLocalModel(name, {
        ...settings,
        ...(batchSize === undefined ? {} : { batchSize }),
        hooks: {
          onLoad: ({ phase, model: loading }) => {
            if (phase !== 'ready')
              progress.note(
                `${phase === 'verify' ? 'verifying' : phase === 'download' ? 'downloading' : 'loading'} ${printable(loading)}`,
              );
          },
          onTokens: ({ newTokens }) => progress.addTokens(newTokens),
        },
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
