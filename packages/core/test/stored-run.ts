import type { Manifest, Summary } from '../src/results/summary.ts';
import { SAMPLE_STATES, type SampleState } from '../src/samples/sample-state.ts';

/** The least that a manifest on disk holds. */
export function storedManifest(changes: Partial<Manifest> = {}): string {
  const manifest: Manifest = {
    format: 1,
    run: 'run',
    createdAt: '2026-11-24T00:00:00.000Z',
    command: ['assay'],
    configFile: 'config.yaml',
    configText: '',
    configDigest: 'abcd1234',
    dataset: { name: 'made-up', files: [], samples: 0 },
    models: [],
    algorithms: [],
    seed: 7,
    versions: {},
    platform: 'test',
    commit: null,
    ...changes,
  };
  return JSON.stringify(manifest);
}

type StatedModel = { readonly name: string; readonly states: Partial<Record<SampleState, number>> } & Partial<
  Pick<Summary['models'][number], 'failure'>
>;

/** The least that a summary on disk holds, of models by the states of their samples. */
export function storedSummary(models: readonly StatedModel[]): string {
  const none = Object.fromEntries(SAMPLE_STATES.map((state) => [state, 0])) as Record<SampleState, number>;
  const summary: Summary = {
    format: 1,
    run: 'run',
    dataset: { name: 'made-up', samples: 0, badRows: 0 },
    seed: 7,
    models: models.map(({ states, ...model }) => ({
      runner: '',
      promptTokens: 0,
      newTokens: 0,
      ...model,
      states: { ...none, ...states },
    })),
    scores: [],
    comparisons: [],
    timing: { startedAt: '', endedAt: '', elapsedMs: 0, latencyMs: {}, newTokensPerSecond: {} },
  };
  return JSON.stringify(summary);
}
