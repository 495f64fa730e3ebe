import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assayHere } from './assay-here.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/earlier-runs', import.meta.url));
/** By the commit that made them; see the README beside them. */
const VERSIONS = ['cf7062a', '5e1b3c0'];

let base: string;
beforeAll(async () => {
  base = join(await mkdtemp(join(tmpdir(), 'assay-earlier-')), 'runs');
  await cp(FIXTURES, base, { recursive: true });
});
afterAll(() => rm(join(base, '..'), { recursive: true, force: true }));

test.each(VERSIONS)(
  'a run of %s is read: its figures, its samples, its page',
  async (version) => {
    const run = join(version, 'finished');
    const markdown = await assayHere(['report', run, '--format', 'md', '-o', `${version}.md`], base);
    expect([markdown.code, markdown.stderr]).toEqual([0, expect.not.stringContaining('RUN_')]);
    const text = await readFile(join(base, `${version}.md`), 'utf8');
    expect(text).toMatch(
      /\| `exact_match.exact_match` \| 0\.667 \(0\.208\s…\s0\.939\) \| 0\.750 \(0\.301\s…\s0\.954\) \| 4 \|/,
    );
    expect(text).toContain('| `first` | 3 | 1 |');
    const rows = await assayHere(['report', run, '--format', 'csv', '-o', `${version}.csv`], base);
    expect(rows.code).toBe(0);
    expect(await readFile(join(base, `${version}.csv`), 'utf8')).toContain(
      ',first,1,c0488b423595a65e,animals,exact_match,exact_match,1,scored',
    );
    expect((await assayHere(['report', run], base)).code).toBe(0);
    const selected = await assayHere(['select', run], base);
    expect(selected).toMatchObject({ code: 0, stdout: expect.stringContaining('cannot be told apart') });
  },
  120_000,
);

test('runs of two earlier versions are compared, where outputs were scored too', async () => {
  for (const run of ['finished', 'scored']) {
    const { code, stdout } = await assayHere(['compare', ...VERSIONS.map((version) => join(version, run))], base);
    expect([code, stdout]).toEqual([0, expect.stringContaining('exact_match')]);
  }
}, 120_000);

test('a run that 5e1b3c0 did not finish continues: only what is missing is asked, and the figures are those of a whole one', async () => {
  const run = join('5e1b3c0', 'interrupted');
  const resumed = await assayHere(['run', 'evaluation_config.yaml', '--resume', run, '--display', 'plain'], base);
  expect(resumed.stderr).toContain('second: 3 samples are on disk already');
  const scores = async (folder: string) => {
    const { scores } = JSON.parse(await readFile(join(base, '5e1b3c0', folder, 'summary.json'), 'utf8'));
    return (scores as { model: string; category: string; n: number; value: number }[]).map(
      ({ model, category, n, value }) => [model, category, n, value],
    );
  };
  expect(await scores('interrupted')).toEqual(await scores('finished'));
}, 120_000);

test('a run that cf7062a did not finish is refused with its version, and nothing of it is lost', async () => {
  const run = join('cf7062a', 'interrupted');
  const before = await readFile(join(base, run, 'journal.jsonl'), 'utf8');
  const refused = await assayHere(['run', 'evaluation_config.yaml', '--resume', run], base);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /RUN_NOT_RESUMABLE .* the config is the same, so an option changed, or the assay that began it \(0\.1\.0 of \d{4}-\d\d-\d\d\) reads configs in another way/,
  );
  expect(await readFile(join(base, run, 'journal.jsonl'), 'utf8')).toBe(before);
}, 120_000);
