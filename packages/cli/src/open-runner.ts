import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError, type ResolvedModel, type Runner, type RunnerHooks } from '@assay/core';
import type { Dtype } from '@assay/runner-local';
import type { ProgressLine } from './print/progress-line.ts';
import { printable } from './print/terminal.ts';

/** Opens what answers for a model. Each runner's package is loaded only here, only when a config names it. */
export async function openRunner(model: ResolvedModel, baseDir: string, progress: ProgressLine): Promise<Runner> {
  switch (model.runner) {
    case 'local': {
      const { openLocalModel } = await import('@assay/runner-local');
      const {
        model: name,
        batch_size: batchSize,
        threads,
        workers,
        isolate,
        unpack,
        device,
        revision,
        dtype,
      } = model.local;
      const causal = { batchSize, threads, workers, isolate, unpack, device };
      return openLocalModel(besideConfig(name, baseDir), {
        revision,
        dtype: dtype as Dtype | undefined,
        causal: Object.fromEntries(Object.entries(causal).filter(([, value]) => value !== undefined)),
        hooks: loadHooks(progress),
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

/** What is told while a model is fetched, checked and loaded. */
export function loadHooks(progress: ProgressLine): RunnerHooks {
  const told = new Set<string>();
  return {
    onLoad: ({ phase, model, totalBytes }) => {
      const key = `${phase} ${model}`;
      if (phase === 'ready' || told.has(key)) return;
      told.add(key);
      const size = totalBytes === undefined ? '' : ` (${(totalBytes / 1e6).toFixed(0)} MB)`;
      progress.note(`${PHASES[phase]} ${printable(model)}${size}`);
    },
    onTokens: ({ newTokens }) => progress.addTokens(newTokens),
  };
}

const PHASES = { verify: 'verifying', download: 'downloading', load: 'loading' } as const;

/** Paths in a config start at its own folder; what is not there is a path from here, or a name. */
function besideConfig(path: string, baseDir: string): string {
  const beside = resolve(baseDir, path);
  return existsSync(beside) ? beside : path;
}
