import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assay } from './assay.ts';

const EXAMPLE = new URL('../../../examples/judge-kinds/evaluation_config.yaml', import.meta.url).pathname;

test('the embedded model judges by every kind, and no reply fails to parse', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-judge-kinds-'));
  try {
    const { code, stderr } = await assay(['run', EXAMPLE, '--limit', '4', '-o', 'run', '--display', 'none'], folder);
    // Four samples are too few for the example's gates.
    expect([0, 1, 4], stderr).toContain(code);
    const { scores } = JSON.parse(await readFile(join(folder, 'run', 'summary.json'), 'utf8')) as {
      scores: { algorithm: string; score: string; n: number; unscored: object }[];
    };
    const judged = scores.filter(({ score }) => score === 'judge_score');
    expect(judged.map(({ algorithm, n, unscored }) => [algorithm, n, unscored])).toEqual(
      ['grade', 'repeated', 'checklist', 'pairwise', 'jury', 'cascade'].map((name) => [name, 4, {}]),
    );
    const journal = await readFile(join(folder, 'run', 'journal.jsonl'), 'utf8');
    expect(journal).toContain('"reason":"');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);
