import { fileURLToPath } from 'node:url';
import { ALGORITHMS, parseConfig, planRun, requireValid, runEvaluation, runFolder } from '@assay/core';
import { addNineScores } from './nine-scores.ts';

/** `node nine-scores-run.js DATA FOLDER`: what `assay score` does, page included, with the nine scores of the speed goal. */
addNineScores();
const [data = '', path = ''] = process.argv.slice(2);
const text = [
  `dataset: { input_data_location: ${JSON.stringify(data)}, model_input_key: q, target_output_key: a, model_output_key: o }`,
  'models: [{ name: outputs, runner: outputs }]',
  'algorithms: [{ algorithm: nine_scores }]',
].join('\n');
const loaded = requireValid(parseConfig(text, data, { algorithms: ALGORITHMS }, 'nine scores'));
const refuse = () => Promise.reject(new Error('nothing is asked'));
const plan = await planRun(loaded, { openRunner: refuse, openHelper: refuse });
const worker = fileURLToPath(new URL('./nine-scores-worker.js', import.meta.url));
await runEvaluation({ ...plan, scoring: { worker } }, path, {}, new AbortController().signal);
const page = new URL('../../../../packages/assay/dist/runs/write-run-report.js', import.meta.url).href;
const { writeRunReport } = (await import(page)) as {
  writeRunReport: (folder: ReturnType<typeof runFolder>, file: string, note: () => void) => Promise<void>;
};
await writeRunReport(runFolder(path), runFolder(path).report, () => {});
