import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Algorithm } from '../../algorithms/algorithm.ts';
import { HARNESS_ALGORITHM, HARNESS_ALGORITHM_FILE } from './harness-algorithm.ts';
import { importByPython } from './import-by-python.ts';
import { importLmEval } from './import-lm-eval.ts';

/** The real harness is held against in packages/cli/test/peers/python.peer.ts; here programs stand for a Python that misbehaves. */
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-python-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'task.yaml'), 'task: made_up\noutput_type: generate_until\n');
});

/** Makes a program that is run in place of Python; it is given the text to run, and reads what is asked from stdin. */
async function program(code: string): Promise<void> {
  const file = join(folder, 'python');
  await writeFile(
    file,
    `#!${process.execPath}\nrequire('node:fs').writeFileSync(__dirname + '/pid', String(process.pid));\n${code}\n`,
  );
  await chmod(file, 0o755);
  vi.stubEnv('ASSAY_PYTHON', file);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

const READ = "const asked = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));\n";

async function isGone(): Promise<boolean> {
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

describe('an import by Python', () => {
  const sources = () => [{ file: join(folder, 'task.yaml'), fields: new Map() }];
  const imported = (silenceMs?: number) =>
    importByPython(sources(), { data: [], shots: undefined, cwd: folder, model: 'm', silenceMs });
  const messages = async (silenceMs?: number) =>
    (await imported(silenceMs)).flatMap(({ findings }) => findings.map(({ message }) => message)).join('\n');

  test('ends a program that says nothing', async () => {
    await program('setInterval(() => {}, 1000);');
    expect(await messages(300)).toContain('nothing was said for 300 ms');
    await vi.waitFor(async () => expect(await isGone()).toBe(true), 30_000);
  });

  test('gives no keys of its environment on', async () => {
    await program(`${READ}console.log(JSON.stringify({ at: 0, error: Object.keys(process.env).join() }));`);
    vi.stubEnv('HF_TOKEN', 'secret');
    vi.stubEnv('OPENAI_API_KEY', 'secret');
    const said = await messages();
    expect(said).toContain('PATH');
    expect(said).not.toMatch(/TOKEN|KEY|SECRET|ASSAY/);
  });

  test('tells the end of one that says nothing of a task, and passes over what is no answer', async () => {
    await program(
      "console.log('noise'); console.log('{\"at\": -1}'); console.error('ValueError: odd'); process.exit(1);",
    );
    expect(await messages()).toContain('cannot make its requests: ValueError: odd');
  });

  test('says what to install where the harness or Python is not there', async () => {
    await program(`${READ}console.log(JSON.stringify({ missing: "No module named 'lm_eval'" }));`);
    await expect(imported()).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
      hint: expect.stringContaining('ASSAY_PYTHON'),
    });
    vi.stubEnv('ASSAY_PYTHON', join(folder, 'nowhere'));
    await expect(imported()).rejects.toMatchObject({ code: 'PACKAGE_MISSING' });
  });

  test('keeps the documents of a task that its code scores, and puts the module that asks it beside the config', async () => {
    const line = {
      doc_id: 0,
      doc: { q: 1 },
      target: 'x',
      arguments: [['Ask', { until: ['.'] }]],
      resps: [],
      metrics: [],
    };
    const config = {
      task: 'made_up',
      output_type: 'generate_until',
      process_results: 'def score(doc, results):\n  pass',
    };
    const metrics = [
      { metric: 'em', by: 'mean', isMean: true, isHigher: true },
      { metric: 'odd', by: 'agg', isMean: false, isHigher: true },
    ];
    await program(`${READ}const file = asked.folder + '/0.jsonl';
require('node:fs').writeFileSync(file, ${JSON.stringify(`${JSON.stringify(line)}\n`)});
console.log(JSON.stringify({ at: 0, task: 'made_up', config: ${JSON.stringify(config)}, count: 1, file, metrics: ${JSON.stringify(metrics)} }));`);
    const [evaluation] = await imported();
    expect(evaluation!.findings).toEqual([]);
    expect(evaluation!.rows).toEqual([{ model_input: 'Ask', doc: { q: 1 } }]);
    expect(Object.keys(evaluation!.files!)).toEqual([HARNESS_ALGORITHM_FILE]);
    expect(evaluation!.config).toMatchObject({
      algorithms: [
        {
          module: `./${HARNESS_ALGORITHM_FILE}`,
          of: 'answer',
          metrics: [{ name: 'em', better: 'higher' }],
          summed: [{ name: 'odd' }],
        },
      ],
      imported_from: { scores: { 'made_up.em': 'lm_eval_task.em', 'made_up.odd': 'lm_eval_task.odd' } },
    });
  });

  test('runs nothing with --check, and nothing without leave', async () => {
    await program("throw new Error('it ran');");
    await importLmEval(['task.yaml'], { cwd: folder, checksOnly: true, allowPython: true });
    await importLmEval(['task.yaml'], { cwd: folder });
    await expect(readFile(join(folder, 'pid'))).rejects.toThrow('ENOENT');
  });
});

describe('the module that scores by a task’s code', () => {
  const ANSWERS = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const job = JSON.parse(line);
  ANSWER
});`;
  /** The module as a run loads it. */
  const loaded = async (): Promise<Algorithm> => {
    const file = join(folder, HARNESS_ALGORITHM_FILE);
    await writeFile(file, HARNESS_ALGORITHM);
    return (await import(pathToFileURL(file).href)).default as Algorithm;
  };
  const score = async (timeoutS = 20, sha256?: string) => {
    const algorithm = await loaded();
    const task = join(folder, 'task.yaml');
    const { createHash } = await import('node:crypto');
    const digest = createHash('sha256')
      .update('task.yaml')
      .update(await readFile(task))
      .digest('hex');
    const options = {
      ...{ of: 'choices', separator: ' ', file: task, overrides: {}, sha256: sha256 ?? digest, filter: 'none' },
      ...{ metrics: [{ name: 'r_1', metric: 'r@1', better: 'higher' }], timeout_s: timeoutS },
    };
    const features = { model_input: '', choices: ['a', 'b'] };
    const sample = { index: 0, digest: '', features, record: { doc: { q: 1 } } };
    const answer = (sum: number) => ({ kind: 'logProbability', logProbability: sum, isGreedy: false }) as never;
    // They come in any order.
    const answers = new Map([
      ['choice/1', answer(-2)],
      ['choice/0', answer(-1)],
    ]);
    return () => algorithm.score({ sample, answers, helpers: new Map() }, options);
  };

  test('gives it the document with its answers in order, and takes its numbers by name', async () => {
    await program(
      ANSWERS.replace(
        'ANSWER',
        `const isRight = JSON.stringify([job.doc, job.answers]) === '[{"q":1},[[-1,false],[-2,false]]]';
console.log(JSON.stringify({ ok: true, value: { none: { 'r@1': Number(isRight) } } }));`,
      ),
    );
    expect((await score())()).toEqual({ scores: { r_1: 1 } });
  });

  test('leaves unscored what has no number, what fails and what was changed since', async () => {
    await program(ANSWERS.replace('ANSWER', 'console.log(JSON.stringify({ ok: true, value: { none: {} } }));'));
    expect((await score())()).toEqual({ unscored: 'no_number', detail: 'r@1' });
    expect((await score(20, 'other'))()).toEqual({ unscored: 'task_changed' });
  });

  test('has the task add up what is no mean, in the order of the documents', async () => {
    await program(
      ANSWERS.replace(
        'ANSWER',
        "console.log(JSON.stringify({ ok: job.metric === 'odd', value: Number(job.values.join() === '1,2,3') }));",
      ),
    );
    const algorithm = await loaded();
    const summed = [{ name: 'odd_', metric: 'odd', better: 'lower' }];
    const options = { of: 'answer', file: 'task.yaml', overrides: {}, metrics: [], summed };
    const { odd_: aggregate } = algorithm.aggregates!(options);
    const [first, last] = [aggregate!.add(aggregate!.empty(), [3, 3]), aggregate!.add(aggregate!.empty(), [1, 1])];
    const state = aggregate!.merge(first, aggregate!.add(last, [2, 2]));
    expect(aggregate!.result(state)).toEqual({ odd_: 1 });
    expect(aggregate!.result(aggregate!.empty())).toEqual({ odd_: null });
    expect(Object.keys(algorithm.scores(options))).toEqual(['counted']);
  });

  test('starts again after one that ends, and says why it ended', async () => {
    await program("console.error('KeyError: x'); process.exit(1);");
    const ask = await score();
    const ended = { unscored: 'task_code_failed', detail: 'KeyError: x' };
    expect([ask(), ask()]).toEqual([ended, ended]);
  });

  test('ends code that does not end', async () => {
    await program('for (;;);');
    expect((await score(0.3))()).toEqual({ unscored: 'task_too_slow', detail: 'no answer' });
    await vi.waitFor(async () => expect(await isGone()).toBe(true), 30_000);
  });
});
