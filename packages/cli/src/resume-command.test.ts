import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { resumeCommand } from './resume-command.ts';

const run = resolve('my run');
const ended = ` --resume '${run}'`;

test.each([
  [['run', 'c.yaml'], 'assay run c.yaml'],
  [['run', 'my config.yaml', '--limit', '5'], "assay run 'my config.yaml' --limit 5"],
  [['run', 'c.yaml', '--resume', '--seed', '7'], 'assay run c.yaml --seed 7'],
  [['run', 'c.yaml', '--resume', 'old', '--seed=7'], 'assay run c.yaml --seed=7'],
  [['run', '--resume=old', 'c.yaml', '-oelsewhere'], 'assay run c.yaml'],
  [['run', 'c.yaml', '-o', 'elsewhere', '--output', 'x', '--output=y'], 'assay run c.yaml'],
  [
    ['run', 'c.yaml', '--watch', '--fail-on', 'a.b >= 1', 'failed <= 0'],
    "assay run c.yaml --fail-on 'a.b >= 1' 'failed <= 0'",
  ],
  [['score', 'a.jsonl', '--target-output-key', "it's"], "assay score a.jsonl --target-output-key 'it'\\''s'"],
])('%j continues with all its flags', (words, expected) => {
  expect(resumeCommand(['assay', ...words], 'my run')).toBe(expected + ended);
});
