import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ALGORITHMS, createScriptedRunner, parseConfig, planRun, requireValid, runEvaluation } from '@assay/core';

/** A process of its own that runs `data.jsonl` of a folder: node run-scripted.mjs DATA RUN DELAY_MS. Tells how it ended. */
const [, , data, run, delayMs] = process.argv;
const text = `
dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models: [{ name: scripted, scripted: { answers: answers.jsonl, otherwise: word3 } }]
algorithms: [{ algorithm: qa_accuracy }]
`;
await writeFile(join(data, 'answers.jsonl'), '{"index":0,"text":"word0"}\n');
const loaded = requireValid(parseConfig(text, join(data, 'c.yaml'), { algorithms: ALGORITHMS }, 'test'));
const openRunner = () =>
  createScriptedRunner({
    answers: join(data, 'answers.jsonl'),
    otherwise: 'word3',
    delayMs: Number(delayMs),
    concurrency: 2,
  });
const plan = await planRun(loaded, { openRunner, openHelper: () => Promise.reject(new Error('no helper')) });
try {
  await runEvaluation(plan, run, {}, new AbortController().signal);
  console.log('finished');
} catch (thrown) {
  console.log(thrown.code ?? thrown);
}
