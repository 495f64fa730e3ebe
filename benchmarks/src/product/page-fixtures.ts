import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunView, readRun, runFolder } from '@assay/core';
import { writeReport } from '@assay/report';
import type { PageFacts } from './page-steps.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
export const SAMPLES = 100_000;
export const MODELS: readonly string[] = ['first', 'second'];
/** Models of the page of a million rows. */
const TEN = 10;

/** Scores two models' short answers to the same questions. @returns the page of both, which lists all of them */
export function makeComparison(folder: string): PageFacts {
  const assay = (...args: string[]) =>
    execFileSync(process.execPath, [COMMAND, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  MODELS.forEach((model, m) => {
    const lines = Array.from({ length: SAMPLES }, (_, i) => {
      const output =
        (i + m) % 3 === 0 ? `It is word${i}, as far as I know.` : `word${(i + 3 * m) % 7 === 0 ? i + 1 : i}`;
      return JSON.stringify({
        input: `Which word is number ${i}?`,
        target: `word${i}`,
        output,
        kind: `kind ${i % 12}`,
      });
    });
    writeFileSync(join(folder, `${model}.jsonl`), lines.join('\n'));
    const keys = ['--model-input-key', 'input', '--target-output-key', 'target', '--model-output-key', 'output'];
    const how = ['--algorithms', 'qa_accuracy,factual_knowledge', '--category-key', 'kind', '--display', 'none'];
    assay('score', `${model}.jsonl`, ...how, ...keys, '-o', model);
  });
  assay('compare', ...MODELS, '--format', 'html', '-o', 'page.html');
  const text = `number ${SAMPLES - 1}?`;
  return { file: join(folder, 'page.html'), ofKind: /^16.66\d of/, text, found: /^2 of [^,]*rows$/ };
}

/** The first run's rows, each as if ten models had answered so: a million rows, all with their texts. */
export async function makeMillion(folder: string): Promise<PageFacts> {
  const run = await readRun(runFolder(join(folder, MODELS[0]!)));
  const { manifest, summary } = run;
  const [own] = summary.models;
  const names = Array.from({ length: TEN }, (_, i) => `model ${i}`);
  const ofEach = <Kept extends { readonly model: string }>(all: readonly Kept[]) =>
    names.flatMap((model) => all.map((each) => ({ ...each, model })));
  async function* rows(): RunView['rows'] {
    for (const model of names) for await (const row of run.rows) yield { ...row, model };
  }
  const file = join(folder, 'million.html');
  const models = names.map((name) => ({ ...own!, name }));
  const many = { ...summary, models, scores: ofEach(summary.scores), comparisons: [] };
  await writeReport(
    { manifest, summary: many, rows: { [Symbol.asyncIterator]: () => rows()[Symbol.asyncIterator]() } },
    file,
  );
  const text = `number ${SAMPLES - 1}?`;
  return { file, ofKind: /^83.34\d of/, text, found: /^10 of [^,]*rows$/ };
}
