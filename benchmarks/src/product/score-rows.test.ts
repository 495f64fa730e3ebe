import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeScoreRows } from './score-rows.ts';

test('as many rows are written as asked for, each with question, answer and output', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-score-rows-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'rows.jsonl');
  writeScoreRows(file, 25_000);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(25_000);
  const rows = lines.map((line) => JSON.parse(line) as Record<string, string>);
  expect(rows[24_999]).toEqual({ q: 'question 24999', a: expect.any(String), o: expect.any(String) });
  expect(new Set(rows.map(({ a }) => a)).size).toBeGreaterThan(10_000);
});
