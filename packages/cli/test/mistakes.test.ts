import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { assay, type Finished } from './assay.ts';
import { assayHere } from './assay-here.ts';
import { MISTAKES, type Mistake, writeMistake } from './mistakes.ts';

vi.setConfig({ testTimeout: 600_000 });

const grades: string[] = [];
afterAll(() => {
  process.stdout.write(`${grades.join('\n')}\n`);
});

/**
 * A: the exit code is right, and the answer names what is wrong, where, and what to do. B: one of the last two is missing, or
 * there is no place to name. D: it does not say what is wrong, or shows a stack. F: the mistake passes, or a right thing does not.
 */
function gradeOf({ says, at, cure, code = 2 }: Mistake, finished: Finished): 'A' | 'B' | 'C' | 'D' | 'F' {
  const text = finished.stdout + finished.stderr;
  if (finished.code !== code) return 'F';
  if (!says.test(text) || /\n {4}at /.test(text)) return 'D';
  const missing = [at, cure].filter((wanted) => wanted !== undefined && !wanted.test(text)).length;
  if (missing > 0) return missing === 1 ? 'B' : 'C';
  return cure === undefined && code !== 0 ? 'B' : 'A';
}

test.each(MISTAKES.map((mistake) => [mistake.name, mistake] as const))('%s', async (name, mistake) => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-mistake-'));
  try {
    await writeMistake(folder, mistake);
    const { args = [], env = {} } = mistake;
    const isCommand = args[0] !== undefined && !args[0].startsWith('-');
    // Code of a config runs under a supervisor, which only a process of its own has.
    const command = args.includes('--allow-code') ? assay : assayHere;
    const finished = await command(isCommand ? args : ['run', ...args], folder, { HF_HUB_OFFLINE: '1', ...env });
    const grade = gradeOf(mistake, finished);
    grades.push(`${grade}  ${name}`);
    expect(grade, `${finished.code}\n${finished.stdout}\n${finished.stderr}`).toMatch(/^[AB]$/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
