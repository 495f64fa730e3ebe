import type { Manifest } from 'assay/internal';
import type { Side } from './against-baseline.ts';
import { dataOf } from './runs-data.ts';

export interface SideFacts {
  readonly differs: readonly string[];
  readonly same: readonly string[];
}

/** What of two sides differs and what is the same, in words: what a difference of scores may come from. */
export function sideDifferences(before: Side, after: Side): SideFacts {
  const [a, b] = [before.run.manifest, after.run.manifest];
  const facts: readonly (readonly [same: string, isSame: boolean, differs: string])[] = [
    ['model', runnerOf(a, before.model) === runnerOf(b, after.model), 'model'],
    ['data', dataOf(a) === dataOf(b), `data (${rowsOf(a)} and ${rowsOf(b)})`],
    ['config', a.configDigest === b.configDigest, 'config'],
    ['scores', signaturesOf(a) === signaturesOf(b), 'settings of scores'],
    ['seed', a.seed === b.seed, `seed (${a.seed} and ${b.seed})`],
    ['assay', a.versions.assay === b.versions.assay, `assay (${a.versions.assay} and ${b.versions.assay})`],
    ['commit', a.commit === b.commit, `commit (${commitOf(a)} and ${commitOf(b)})`],
  ];
  return {
    differs: facts.flatMap(([, isSame, words]) => (isSame ? [] : [words])),
    same: facts.flatMap(([words, isSame]) => (isSame ? [words] : [])),
  };
}

function runnerOf({ models }: Manifest, model: string): string {
  const found = models.find(({ name }) => name === model);
  return JSON.stringify([found?.runner ?? model, found?.revision ?? null]);
}

function rowsOf({ dataset }: Manifest): string {
  return `${dataset.samples} rows`;
}

function signaturesOf({ algorithms }: Manifest): string {
  return JSON.stringify(algorithms.map(({ name, signature }) => [name, signature]));
}

function commitOf({ commit }: Manifest): string {
  return commit?.slice(0, 7) ?? 'none';
}
