import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineModel, evaluate, exactMatch } from 'assay';
import { evaluation } from 'assay/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

const home = process.cwd();
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-vitest-'));
  process.env.ASSAY_CACHE = join(folder, 'cache');
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

const data = Array.from({ length: 40 }, (_, i) => ({ q: `say ${i}`, a: String(i) }));
/** Right for the first so many samples. */
const rightFor = (count: number) =>
  defineModel({
    id: `right-for-${count}`,
    generate: ({ text }) => (Number(text.split(' ')[1]) < count ? text.split(' ')[1]! : 'no idea'),
  });
const options = (count: number) => ({
  data,
  keys: { modelInput: 'q', targetOutput: 'a' },
  models: [rightFor(count)],
  algorithms: [exactMatch()],
});

evaluation('an evaluation is a test', options(40), (run) => {
  expect(run).toScoreAtLeast('exact_match.exact_match', 0.9);
  expect(run).not.toScoreAtMost('exact_match.exact_match', 0.5);
});

test('a failure shows the value, its interval and whether the data can tell', async () => {
  const run = await evaluate(options(30));
  expect(() => expect(run).toScoreAtLeast('exact_match.exact_match', 0.7)).toThrow(
    /exact_match\.exact_match is 0\.750 \(95 % interval 0\.\d+ … 0\.\d+, n 40\), and should be at least 0\.7: inconclusive/,
  );
  expect(run).toScoreAtLeast('exact_match.exact_match', 0.7, { inconclusive: 'pass' });
  expect(() => expect(run).toScoreAtLeast('exact_match.exact_match', 0.99, { inconclusive: 'pass' })).toThrow(
    /the data show the opposite/,
  );
});

test('a run is held against a baseline, sample by sample', async () => {
  const [good, same, bad] = [await evaluate(options(36)), await evaluate(options(36)), await evaluate(options(10))];
  await expect(same).toBeNoWorseThan(good);
  await expect(good).toBeNoWorseThan(bad);
  await expect(expect(bad).toBeNoWorseThan(good)).rejects.toThrow(
    /worse than the baseline:\n {2}exact_match\.exact_match -0\.650 \(interval -0\.\d+ … -0\.\d+, n 40\): the data show it is worse/,
  );
  await expect(bad).toBeNoWorseThan(good, { score: 'exact_match.exact_match', margin: 0.9 });
});
