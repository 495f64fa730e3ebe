import { execFile } from 'node:child_process';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ImportFindings } from '../../src/import/findings.ts';
import { ImportFolder } from '../../src/import/import-folder.ts';
import { expandTasks } from '../../src/import/lm-eval/expand-tasks.ts';
import type { Doc } from '../../src/import/lm-eval/jinja-template.ts';
import { PythonFunctions } from '../../src/import/lm-eval/python-functions.ts';
import { FunctionReference, readTaskSource } from '../../src/import/lm-eval/task-source.ts';

/** What lm_eval's own code made of the same. */
interface Peer {
  readonly root: string;
  readonly groups: Readonly<Record<string, { readonly file: string; readonly tasks: readonly string[] }>>;
  readonly tasks: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;
}

const GROUPS = ['mmlu', 'leaderboard', 'bbh_cot_fewshot', 'pythia'];

const passage = { article: 'A cat sat. It slept.', problems: '' };
const problems = [
  { question: 'What sat?', answer: 'B', options: ['a dog', 'a cat', 'a cow', 'it'] },
  { question: 'It was  _  .', answer: 'A', options: ['asleep', 'awake', 'gone', 'late'] },
  { question: 'Who slept?', answer: 'C', options: ['no one', 'a dog', 'the cat', 'all'] },
];
/** Made-up rows, with the characters that texts of such data sets have. */
const TASKS: Readonly<Record<string, readonly Doc[]>> = {
  'hellaswag/hellaswag.yaml': [
    {
      ...{ activity_label: 'Cooking rice', ctx_a: ' A woman  stands. [title] She pours', ctx_b: 'the WATER' },
      ...{ endings: ['in [step] a pot.', ' out.  ', '[header]', 'away [x'], label: '0' },
    },
    {
      ...{ activity_label: 'Schach', ctx_a: 'Ein Mädchen 𝒳 zieht', ctx_b: 'über den Rand' },
      ...{ endings: ['ja', 'nein', 'é', ''], label: '3' },
    },
  ],
  'race/race.yaml': [{ ...passage, problems: `[${problems.map(pythonDict).join(', ')}]` }],
  'logiqa/logiqa.yaml': [
    { context: 'All men are mortal.', question: 'Is he?', options: ['yes', 'no', 'perhaps', 'who?'], label: ' b ' },
  ],
  'mathqa/mathqa.yaml': [
    { Problem: '1+1', options: 'a ) 2 , b ) 3 , c ) 4 , d ) 5 , e ) none of these', correct: 'a' },
    { Problem: '2+2', options: 'a ) rs . 4 , b ) 1 / 2 , c ) 4 , d ) x , e ) 9', correct: 'c' },
  ],
  'webqs/webqs.yaml': [{ question: 'who?', answers: ['Paris, France', 'Lyon', 'Paris', 'Lyonnais'] }],
  'medmcqa/medmcqa.yaml': [{ question: 'Which?', opa: 'ß-blocker', opb: 'b', opc: 'c', opd: 'd', cop: 1 }],
  'pubmedqa/pubmedqa.yaml': [{ CONTEXTS: ['One.', 'Two {curly}.'], QUESTION: 'Does it?', final_decision: 'yes' }],
  'winogrande/default.yaml': [
    { sentence: 'Ann thanked Bea because _ had helped.', option1: 'Ann', option2: 'Bea', answer: '2' },
  ],
  'super_glue/copa/default.yaml': [
    { premise: 'It rained. ', question: 'effect', choice1: 'The street is wet.', choice2: 'I ran.', label: 0 },
    { premise: 'He fell.', question: 'cause', choice1: 'Ice lay there.', choice2: 'Élan.', label: 1 },
  ],
  'medqa/medqa.yaml': [{ sent1: 'Which?', ending0: 'a', ending1: 'b', ending2: 'c', ending3: 'd', label: 2 }],
  'crows_pairs/crows_pairs_english_gender.yaml': [
    { sent_more: 'He is strong.', sent_less: 'She is strong.', bias_type: 'gender' },
    { sent_more: 'x', sent_less: 'y', bias_type: 'age' },
  ],
  'xcopa/default_et.yaml': [{ premise: 'Sadas.', question: 'effect', choice1: 'Märg.', choice2: 'Kuiv.', label: 0 }],
  'mmlu_pro/mmlu_pro_biology.yaml': [
    {
      ...{ question: 'What is a cell?', options: ['a', 'b', 'c'], answer: 'B', answer_index: 1, category: 'biology' },
      ...{ cot_content: "A: Let's think step by step. It is b. The answer is (B).", src: 'x' },
    },
    { question: 'q', options: ['x'], answer: 'A', answer_index: 0, category: 'math', cot_content: '', src: 'y' },
  ],
  'global_mmlu/full/de/global_mmlu_full_de_anatomy.yaml': [
    { question: 'Was?', subject: 'anatomy', answer: 'A' },
    { question: 'Wo?', subject: 'law', answer: 'B' },
  ],
};

function pythonDict({ question, answer, options }: (typeof problems)[number]): string {
  return `{'question': '${question}', 'answer': '${answer}', 'options': [${options.map((each) => `'${each}'`).join(', ')}]}`;
}

const BIN = process.env.ASSAY_PEERS ?? fileURLToPath(new URL('../../../../.venv-peers/bin', import.meta.url));
let peer: Peer;

beforeAll(async () => {
  const script = fileURLToPath(new URL('zoo_peer.py', import.meta.url));
  const env = { ...process.env, HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1' };
  const told = await new Promise<string>((resolve, reject) => {
    const child = execFile(join(BIN, 'python'), [script], { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr.slice(-2000)));
    });
    child.stdin!.end(JSON.stringify({ groups: GROUPS, tasks: TASKS }));
  });
  peer = JSON.parse(told.trim().split('\n').at(-1)!) as Peer;
}, 900_000);

test.each(GROUPS)(
  'the group %s has the tasks that lm_eval gives it',
  async (name) => {
    const { file, tasks } = peer.groups[name]!;
    const folder = ImportFolder.of(peer.root);
    const expanded = await expandTasks(relative(peer.root, file), folder, peer.root, new ImportFindings());
    expect(expanded.map(({ fields }) => fields.get('task')!.value).sort()).toEqual(tasks);
  },
  300_000,
);

describe('functions of tasks give what Python gives', () => {
  test.each(Object.keys(TASKS))('%s', async (file) => {
    const folder = ImportFolder.of(peer.root);
    const functions = new PythonFunctions(folder);
    const { fields } = await readTaskSource(join(peer.root, file), folder);
    const at = { file };
    const process = fields.get('process_docs')?.value;
    const docs = process instanceof FunctionReference ? functions.processDocs(process, TASKS[file]!, at) : TASKS[file]!;
    const made: Record<string, readonly unknown[]> = { docs };
    for (const key of ['doc_to_text', 'doc_to_target', 'doc_to_choice']) {
      const value = fields.get(key)?.value;
      if (value instanceof FunctionReference) made[key] = docs.map((doc) => functions.ofDoc(value, doc, at));
    }
    expect(Object.keys(made).length + Number(process !== undefined)).toBeGreaterThan(1);
    expect(made).toEqual(peer.tasks[file]);
  });
});
