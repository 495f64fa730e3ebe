import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assay, type ScriptedProject, scriptedProject } from './assay.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let project: ScriptedProject;
const LONG = 'a-model-whose-name-is-longer-than-any-column-2026-11-29';

/** Two runs of three models, the second worse, and a registered one. */
beforeAll(async () => {
  project = await scriptedProject(60);
  const text = await readFile(project.config, 'utf8');
  const third = `  - name: ${LONG}\n    scripted: { answers: answers.jsonl, concurrency: 8 }\nalgorithms:`;
  const gates =
    'gates: [qa_accuracy.f1_score lower >= 0.2, factual_knowledge.factual_knowledge >= 0.1]\n' +
    'selection: { score: qa_accuracy.f1_score }\n';
  await writeFile(project.config, `${text.replace('algorithms:', third)}${gates}`);
  const ran = await said('run', 'evaluation_config.yaml', '-o', '.assay/runs/20261129T000000Z-before');
  expect(ran).toContain('scored');
  const answers = (await readFile(join(project.folder, 'answers.jsonl'), 'utf8')).replaceAll('It is', 'Not');
  await writeFile(join(project.folder, 'answers.jsonl'), answers.replaceAll(/word\d+/g, 'nothing'));
  await said('run', 'evaluation_config.yaml', '-o', '.assay/runs/20261129T000000Z-after-a-change-of-the-prompt');
});
afterAll(() => rm(project.folder, { recursive: true, force: true }));

/** What a command prints on stdout and stderr, whatever it ends with. */
async function said(...args: string[]): Promise<string> {
  const { stdout, stderr } = await assay(args, project.folder, { COLUMNS: '80' });
  return stdout + stderr;
}

/**
 * A command to copy and a path stay on one line, the sentence of a gate, a choice or a slow run too, and a document is as its author wrote it; a word that
 * is longer than a line is not cut.
 */
const tooWide = (text: string): string[] =>
  (text.split('\n\n#')[0] ?? '').split('\n').filter((line) => {
    if (
      [...line].length <= 80 ||
      /^(report|compare|continue|next|gate|selected|slowed|note:?) |: npm |cannot be told apart/.test(line)
    )
      return false;
    return /\S\s+\S/.test(line.trim()) && Math.max(...line.split(/\s+/).map((word) => word.length)) < 60;
  });

const RUNS = ['.assay/runs/20261129T000000Z-before', '.assay/runs/20261129T000000Z-after-a-change-of-the-prompt'];
test.each([
  ['run', 'evaluation_config.yaml', '-o', 'again', '--display', 'plain'],
  ['run', 'evaluation_config.yaml', '-o', 'verbose', '--display', 'none', '--verbose'],
  ['plan', 'evaluation_config.yaml'],
  ['check', 'evaluation_config.yaml'],
  ['history'],
  ['history', '--since', '2026-01-01'],
  ['compare', ...RUNS],
  ['compare', ...RUNS, '--verbose'],
  ['select', RUNS[0]!, '--register', 'capitals'],
  ['runs', 'list'],
  ['runs', 'show', 'latest'],
  ['registry', 'list'],
  ['registry', 'show', 'capitals', '1'],
  ['models', 'list'],
  ['models', 'show', 'SmolLM2-135M-Instruct'],
  ['datasets', 'list'],
  ['datasets', 'show', 'general-knowledge'],
  ['algorithms', 'list'],
  ['metrics', 'list'],
  ['cache', 'stats'],
  ['doctor'],
  ['pipeline', 'run', '--local', 'evaluation_config.yaml', '-o', 'piped'],
])('%s %s fits 80 columns', async (...args) => {
  const text = await said(...args.filter((arg) => arg !== undefined));
  expect(text.length).toBeGreaterThan(20);
  expect(tooWide(text)).toEqual([]);
});

test('a history draws its intervals where there is room, and says what worse means', async () => {
  const wide = await assay(['history', '--model', 'first'], project.folder, { COLUMNS: '140' });
  expect(wide.stdout).toMatch(/●/);
  expect(wide.stdout).toMatch(/ {2}worse\n {2}worse, better: than the run before, beyond the intervals/);
  expect(await said('history', '--model', 'first')).not.toContain('●');
});
