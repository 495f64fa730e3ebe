import type { Manifest } from 'assay/internal';
import { expect, test } from 'vitest';
import type { RunOverview } from '../runs/run-catalogue.ts';
import { sideDifferences } from './side-differences.ts';

const manifest = {
  dataset: { name: 'd', files: [{ path: 'd.jsonl', bytes: 9, sha256: 'aa' }], samples: 60 },
  models: [
    { name: 'a', runner: 'local:a@1' },
    { name: 'b', runner: 'local:b@1' },
  ],
  algorithms: [{ name: 'qa', signature: 'qa|v1' }],
  ...{ configDigest: 'x', seed: 7, versions: { assay: '0.1.0' }, commit: null },
} as unknown as Manifest;

function side(model: string, change: Partial<Manifest> = {}) {
  return { model, run: { manifest: { ...manifest, ...change } } as unknown as RunOverview };
}

test('two models of one run differ in the model alone', () => {
  expect(sideDifferences(side('a'), side('b'))).toEqual({
    differs: ['model'],
    same: ['data', 'config', 'scores', 'seed', 'assay', 'commit'],
  });
});

test('rows, settings, seed, version and commit that changed are told, each with what it was and is', () => {
  const files = [{ path: 'd.jsonl', bytes: 9, sha256: 'bb' }];
  const later = side('a', {
    dataset: { name: 'd', files, samples: 64 },
    algorithms: [{ name: 'qa', signature: 'qa|v2' }],
    ...{ configDigest: 'y', seed: 8, versions: { assay: '0.2.0' }, commit: '099a61b3' },
  });
  expect(sideDifferences(side('a'), later)).toEqual({
    differs: [
      'data (60 rows and 64 rows)',
      'config',
      'settings of scores',
      'seed (7 and 8)',
      'assay (0.1.0 and 0.2.0)',
      'commit (none and 099a61b)',
    ],
    same: ['model'],
  });
  // The same number of rows, and others.
  const moved = side('a', { dataset: { name: 'd', files, samples: 60 } });
  expect(sideDifferences(side('a'), moved).differs).toEqual(['data (60 rows and 60 rows)']);
});
