import { join } from 'node:path';
import { expect, test } from 'vitest';
import { servedProject } from './answering-server.ts';
import { assayHere } from './assay-here.ts';

test('assay run --resume --retry-failed asks the model for the failed samples and for nothing else', async () => {
  const { config, folder, server } = await servedProject(12);
  server.refuses = /Question [369]\?/;
  const run = join(folder, 'run');
  const first = await assayHere(['run', config, '-o', run], folder);
  expect(first.stdout, first.stderr).toContain('m: 9 scored, 3 failed');
  expect(server.asked).toBe(12);
  server.refuses = undefined;
  const plain = await assayHere(['run', config, '--resume', run], folder);
  expect(plain.stdout).toContain('m: 9 scored, 3 failed');
  expect(server.asked).toBe(12);
  const second = await assayHere(['run', config, '--resume', run, '--retry-failed'], folder);
  expect(second.code, second.stderr).toBe(0);
  expect(second.stdout).toContain('m: 12 scored');
  expect(server.asked).toBe(15);

  const alone = await assayHere(['run', config, '--retry-failed'], folder);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain('--retry-failed goes with --resume');
}, 60_000);
