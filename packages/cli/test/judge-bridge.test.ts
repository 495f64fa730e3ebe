import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assayHere } from './assay-here.ts';

const ROWS = 60;
let folder: string;

/** An output says what each judge thinks of it: the old one passes a, b; the new one a alone. */
const output = (at: number, share: number) => `${at % 10 < share ? 'a' : at % 10 < share + 3 ? 'b' : 'c'} ${at}`;
const VERDICTS = {
  old: { a: 'correct', b: 'correct', c: 'incorrect' },
  new: { a: 'correct', b: 'incorrect', c: 'incorrect' },
};

const asked = (at: number, answer: string) =>
  [
    'Judge whether the answer to the question is right.',
    `<question>\nquestion ${at}\n</question>`,
    `<answer>\n${answer}\n</answer>`,
    'Reply with one of these words and nothing else: correct, incorrect.',
  ].join('\n\n');

async function writeRows(name: string, outputs: readonly string[]): Promise<void> {
  const rows = outputs.map((text, at) => `${JSON.stringify({ q: `question ${at}`, output: text })}\n`);
  await writeFile(join(folder, name), rows.join(''));
}

const config = (
  data: string,
  judge: string,
  more = '',
) => `dataset: { input_data_location: ${data}, model_output_key: output, model_input_key: q }
models: [{ name: recorded, runner: outputs }]
algorithms: [{ algorithm: llm_judge, judge: { runner: scripted, scripted: { answers: ${judge}.jsonl } }, swap: false${more} }]
`;

async function run(name: string, text: string, ...flags: string[]): Promise<void> {
  await writeFile(join(folder, `${name}.yaml`), text);
  const { code, stderr } = await assayHere(['run', `${name}.yaml`, '-o', name, '--display', 'none', ...flags], folder);
  expect([code, stderr]).toEqual([0, '']);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-bridge-'));
  const before = Array.from({ length: ROWS }, (_, at) => output(at, 4));
  const after = Array.from({ length: ROWS }, (_, at) => output(at, 7));
  await writeRows('before.jsonl', before);
  await writeRows('after.jsonl', after);
  await writeRows(
    'other.jsonl',
    before.map((text, at) => (at < 10 ? `${text}!` : text)),
  );
  for (const judge of ['old', 'new'] as const) {
    const lines = [...before, ...after].flatMap((text, at) => {
      const verdict = VERDICTS[judge][text[0] as 'a'];
      const own = at % ROWS < 10 ? [text, `${text}!`] : [text];
      return own.map((answer) => JSON.stringify({ prompt: asked(at % ROWS, answer), text: verdict }));
    });
    await writeFile(join(folder, `${judge}.jsonl`), `${lines.join('\n')}\n`);
  }
  await run('base', config('before.jsonl', 'old'));
  await run('next', config('after.jsonl', 'new'));
  await run('bridge', config('before.jsonl', 'new'), '--limit', '30');
  await run('bent', config('other.jsonl', 'new'), '--limit', '30');
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what different judges say is refused', async () => {
  const { code, stdout, stderr } = await assayHere(['compare', 'base', 'next'], folder);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('what the judges say is not compared: llm_judge.judge_score was scored by other settings');
  expect(stderr).toContain('--bridge');
});

test('a bridge compares through answers of the baseline that both judged', async () => {
  const { code, stdout, stderr } = await assayHere(
    ['compare', 'base', 'next', '--bridge', 'bridge', '--format', 'json'],
    folder,
  );
  expect([code, stderr]).toEqual([0, expect.stringContaining('by 30 answers of the baseline that both judged')]);
  const { comparisons } = JSON.parse(stdout);
  // By one judge 40 % and 70 % are right; by their own judges both runs have 70 %.
  expect(comparisons).toHaveLength(1);
  expect(comparisons[0]).toMatchObject({ algorithm: 'llm_judge', score: 'judge_score', n: ROWS, verdict: 'better' });
  expect(comparisons[0].difference).toBeCloseTo(0.3, 9);
  const [low, high] = comparisons[0].interval;
  expect(low).toBeGreaterThan(0);
  expect(high).toBeLessThan(0.6);
  expect(comparisons[0].test).toMatch(/judges/);
});

test('a gate on a loss is judged over a bridge, and refused without one', async () => {
  const gated = async (...gates: readonly string[]) => {
    const text = `${config('after.jsonl', 'new')}gates:\n${gates.map((gate) => `  - ${gate}\n`).join('')}`;
    await writeFile(join(folder, 'gated.yaml'), text);
    await rm(join(folder, 'gated'), { recursive: true, force: true });
    const ended = await assayHere(['run', 'gated.yaml', '-o', 'gated', '--on-inconclusive', 'fail'], folder);
    return [ended.code, ended.stderr] as const;
  };
  const without = await gated('llm_judge.judge_score not worse than base by 0.1');
  expect(without).toEqual([4, expect.stringContaining('bridged by RUN')]);
  const both = await gated(
    'llm_judge.judge_score not worse than base by 0.1 bridged by bridge',
    '{ score: llm_judge.judge_score, baseline: base, max_regression: 0.1, bridge: bridge }',
  );
  expect(both).toEqual([0, expect.stringMatching(/passed.*bridged by bridge[^\0]*passed.*bridged by bridge/)]);
  const none = await gated('llm_judge.judge_score not worse than base by 0.1 bridged by base');
  expect(none).toEqual([4, expect.stringContaining('base is no bridge')]);
  const missing = await gated('llm_judge.judge_score not worse than base by 0.1 bridged by nowhere');
  expect(missing).toEqual([4, expect.stringContaining('the bridge nowhere does not exist yet')]);

  const over = (gate: string, ...runs: string[]) =>
    assayHere(['compare', ...runs, '--bridge', 'bridge', '--fail-on', gate, '--on-inconclusive', 'fail'], folder);
  expect((await over('not worse than the baseline by 0.1', 'base', 'next')).code).toBe(0);
}, 120_000);

test('answers that are not the baseline’s do not count, and a run by another judge is no bridge', async () => {
  const bent = await assayHere(['compare', 'base', 'next', '--bridge', 'bent', '--format', 'json'], folder);
  expect(bent.stderr).toContain('10 more do not count, for their answers are not the baseline’s');
  expect(bent.stderr).toContain('by 20 answers');
  const none = await assayHere(['compare', 'base', 'next', '--bridge', 'base'], folder);
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringContaining('base is no bridge: llm_judge.judge_score was scored'),
  ]);
  const needless = await assayHere(['compare', 'base', 'base', '--bridge', 'base'], folder);
  expect([needless.code, needless.stderr]).toEqual([2, expect.stringContaining('need no bridge')]);
});
