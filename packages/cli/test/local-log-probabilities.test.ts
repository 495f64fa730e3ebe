import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { assay } from './assay.ts';

interface Line {
  readonly kind: string;
  readonly state: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly answer: { readonly kind: string; readonly tokenCount: number };
}

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
const LIMIT = 4;

let folder = '';
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['prompt-stereotyping', 'prompt_stereotyping', 2],
  ['multiple-choice', 'accuracy', 4],
])(
  'the example %s is scored by log-probabilities of the embedded model',
  async (name, score, asked) => {
    folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
    const [config, run] = [join(EXAMPLES, name, 'evaluation_config.yaml'), join(folder, 'run')];
    const { code, stdout } = await assay(['run', config, '--limit', `${LIMIT}`, '-o', run, '--json'], folder);
    expect(code).toBe(0);
    const { scores } = JSON.parse(stdout) as { scores: { score: string; n: number; category: string | null }[] };
    expect(scores.find((each) => each.score === score && each.category === null)).toMatchObject({ n: LIMIT });
    const lines = (await readFile(join(run, 'journal.jsonl'), 'utf8')).trim().split('\n');
    const records = lines.map((line) => JSON.parse(line) as Line);
    const answers = records.filter(({ kind }) => kind === 'answer');
    expect(answers.every(({ answer }) => answer.kind === 'logProbability' && answer.tokenCount > 0)).toBe(true);
    const samples = records.filter(({ kind }) => kind === 'sample');
    expect(samples.map(({ state }) => state)).toEqual(Array(LIMIT).fill('scored'));
    for (const { outputs } of samples) {
      const values = Object.values(outputs);
      expect(values.every((value) => /^-\d+\.\d{4}$/.test(value))).toBe(true);
      expect(new Set(values).size).toBe(asked);
    }
  },
  90_000,
);
