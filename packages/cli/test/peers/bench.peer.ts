import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assay } from '../assay.ts';

test('bench sets Python’s packages up once, and prints our rate over theirs with their versions', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-python-'));
  try {
    const args = ['bench', '--metrics', 'rouge,levenshtein,exact_match', '--seconds', '1', '--against', 'python'];
    const first = await assay(args, folder);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain('setting up Python');
    const { peers, python } = JSON.parse(await readFile(join(folder, 'assay-bench.json'), 'utf8'));
    expect(python).toMatch(/^3\.\d+/);
    const names = peers.map(({ metric, peer }: { metric: string; peer: string }) => `${metric}: ${peer}`);
    expect(names).toEqual([
      'rouge: rouge-score',
      'rouge: rouge-score-rs (Rust)',
      'levenshtein: rapidfuzz (C++)',
      'levenshtein: rapidfuzz (C++), batch',
    ]);
    for (const { ratios } of peers) for (const ratio of Object.values(ratios)) expect(ratio).toBeGreaterThan(0);
    const second = await assay(args, folder);
    expect([second.code, second.stderr.includes('setting up')]).toEqual([0, false]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);
