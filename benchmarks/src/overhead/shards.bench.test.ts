import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runShardsTrial } from './shards.bench.ts';

test('shards of outputs, with bad rows and a killed process, say what one process says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-shards-trial-'));
  try {
    // Above 100,000 rows samples lie in column parts.
    const found = await runShardsTrial({ folder, rows: 101_000, shards: 6, instances: 2, kills: 1 });
    expect(found.identical).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);
