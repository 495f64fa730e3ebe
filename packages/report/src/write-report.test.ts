import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeRun } from '../test/make-run.ts';
import { writeReport } from './write-report.ts';

test('a report is one file whose size is reported', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'assay-report-')), 'report.html');
  const { bytes } = await writeReport(makeRun(), file);
  const page = await readFile(file, 'utf8');
  expect(Buffer.byteLength(page)).toBe(bytes);
  expect(page).toContain('SmolLM2-360M-Instruct is better than SmolLM2-135M-Instruct');
  expect(page.replace(/<style>[\s\S]*?<\/style>/, '')).not.toMatch(/ style=| on\w+=/);
});
