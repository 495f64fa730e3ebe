import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay, type Finished, type ScriptedProject, scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

let project: ScriptedProject;
beforeAll(async () => {
  project = await scriptedProject(12);
});
afterAll(() => project.remove());

/** Runs the project's config with one text in it replaced. */
async function runWith(
  from: string | RegExp,
  to: string,
  args: readonly string[] = [],
  command = assayHere,
): Promise<Finished> {
  const text = await readFile(project.config, 'utf8');
  expect(text).toMatch(from);
  const config = join(project.folder, 'changed.yaml');
  await writeFile(config, text.replace(from, to));
  return command(['run', config, ...args], project.folder);
}

function expectError({ code, stderr }: Finished, exitCode: number, errorCode: string, ...words: string[]): void {
  expect(stderr).toContain(errorCode);
  for (const word of words) expect(stderr).toContain(word);
  expect(code).toBe(exitCode);
  expect(stderr).not.toMatch(/\n {4}at /);
}

describe('before any work', () => {
  test('a config that is not there', async () => {
    expectError(await assay(['run', 'nowhere.yaml'], project.folder), 2, 'CONFIG_NOT_FOUND', 'nowhere.yaml');
  });

  test('every fault of a config is told once, in the order of the file', async () => {
    const { code, stderr } = await runWith(/algorithms:.*/s, 'algorithms: [x, y]\n', ['--display', 'none']);
    expect(code).toBe(2);
    expect(stderr.match(/algorithms\[\d\] must be/g)).toEqual(['algorithms[0] must be', 'algorithms[1] must be']);
  });

  test('a dataset that is not there', async () => {
    expectError(await runWith('data.jsonl', 'date.jsonl'), 2, 'DATASET_NOT_FOUND', 'data.jsonl');
  });

  test('an empty dataset', async () => {
    await writeFile(join(project.folder, 'empty.jsonl'), '\n');
    expectError(await runWith('data.jsonl', 'empty.jsonl'), 2, 'DATASET_EMPTY');
  });

  test('a key that no row has, with the place and the columns', async () => {
    expectError(
      await runWith('model_input_key: question', 'model_input_key: questoin'),
      2,
      'DATASET_KEY_MISSING',
      'changed.yaml:4',
      'question',
    );
  });

  test('an unknown algorithm, with a suggestion', async () => {
    expectError(
      await runWith('qa_accuracy', 'qa_acuracy'),
      2,
      'CONFIG_UNKNOWN_ALGORITHM',
      'did you mean "qa_accuracy"',
    );
  });

  test('an unknown key, with line, column and a suggestion', async () => {
    expectError(
      await runWith('category_key', 'categroy_key'),
      2,
      'CONFIG_UNKNOWN_KEY',
      'changed.yaml:6:3',
      'category_key',
    );
  });

  test('a template field that the data does not have', async () => {
    const { code, stderr } = await runWith('models:', 'prompt: { template: "$question about $topic" }\nmodels:');
    expectError({ code, stderr, signal: null, stdout: '' }, 2, 'PROMPT_FIELD_MISSING', 'topic');
  });

  test('an option that does not exist, with a suggestion', async () => {
    const { code, stderr } = await assayHere(['run', project.config, '--limt', '3'], project.folder);
    expect(code).toBe(2);
    expect(stderr).toContain('--limit');
  });

  test('a flag that is no number, before any model is opened', async () => {
    const finished = await assayHere(['run', project.config, '--max-concurrency', '0'], project.folder);
    expectError(finished, 2, 'USAGE', '--max-concurrency is "0"', 'from 1 to');
  });

  test('a model folder without weights, and a name that nothing has', async () => {
    await mkdir(join(project.folder, 'bare-model'), { recursive: true });
    await writeFile(join(project.folder, 'bare-model', 'config.json'), '{"model_type":"llama"}');
    const local = (id: string) =>
      runWith(/ {4}scripted: .*\n {2}- name: second\n {4}scripted: .*\n/, `    local: { model: ${id} }\n`);
    expectError(await local('./bare-model'), 2, 'MODEL_FILES_MISSING');
    expectError(await local('SmolLM2-135M-Instuct'), 2, 'MODEL_NOT_FOUND', 'SmolLM2-135M-Instruct');
  });
});

describe('while it runs', () => {
  test('a bad line is reported with its number, counted, and does not end the run', async () => {
    const rows = (await readFile(join(project.folder, 'data.jsonl'), 'utf8')).split('\n');
    await writeFile(
      join(project.folder, 'bad-line.jsonl'),
      [...rows.slice(0, 4), '{"question": ', ...rows.slice(4)].join('\n'),
    );
    const finished = await runWith('data.jsonl', 'bad-line.jsonl', ['--json']);
    expect(finished.code, finished.stderr).toBe(0);
    expect(finished.stderr).toContain('bad-line.jsonl:5');
    expect(JSON.parse(finished.stdout).dataset).toMatchObject({ samples: 12, badRows: 1 });
    expectError(await runWith('data.jsonl', 'bad-line.jsonl', ['--strict']), 2, 'DATASET_SYNTAX', 'bad-line.jsonl:5');
  });

  test('an answer that never comes is a failed sample beside the score', async () => {
    const answers = (await readFile(join(project.folder, 'answers.jsonl'), 'utf8')).trimEnd().split('\n');
    await writeFile(join(project.folder, 'few.jsonl'), answers.slice(0, 10).join('\n'));
    const { code, stdout, stderr } = await runWith(/answers\.jsonl/g, 'few.jsonl', ['--json']);
    expect(code, stderr).toBe(0);
    const { models, scores } = JSON.parse(stdout);
    expect(models[0].states).toMatchObject({ failed: 2, scored: 10 });
    expect(scores[0]).toMatchObject({ n: 10, unscored: { failed: 2 } });
  });

  test('nothing scored at all is exit code 3', async () => {
    await writeFile(join(project.folder, 'none.jsonl'), '{"index": 99, "text": "?"}\n');
    const { code, stdout } = await runWith(/answers\.jsonl/g, 'none.jsonl');
    expect(code).toBe(3);
    expect(stdout).toContain('12 failed');
  });

  test('too many failures of a model end with exit code 3, a page, and a way on', async () => {
    const finished = await runWith(/answers\.jsonl/g, 'none.jsonl', ['--max-failures', '3'], assay);
    expectError(finished, 3, 'RUN_TOO_MANY_FAILURES', '--resume');
    expect(finished.stdout).toMatch(/failed, \d+ skipped\n|12 failed\n/);
    expect(finished.stdout).toContain('report.html');
  });

  test('a failed gate is exit code 1 with its reason', async () => {
    const { code, stderr } = await assay(
      ['run', project.config, '--fail-on', 'qa_accuracy.f1_score lower >= 0.99'],
      project.folder,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('FAILED');
    expect(stderr).toContain('required >= 0.99');
  });
});

describe('where the output goes', () => {
  test('a folder that is another run’s', async () => {
    const output = join(project.folder, 'taken');
    expect((await assayHere(['run', project.config, '-o', output], project.folder)).code).toBe(0);
    expectError(
      await assayHere(['run', project.config, '--limit', '3', '-o', output], project.folder),
      2,
      'RUN_NOT_RESUMABLE',
      'changed',
    );
  });

  test('a path that cannot be a folder', async () => {
    expectError(
      await assayHere(['run', project.config, '-o', join(project.config, 'below-a-file')], project.folder),
      2,
      'RUN_OUTPUT_NOT_WRITABLE',
      '-o',
    );
  });

  test.skipIf(!canMount())(
    'a full disk (needs root for a small tmpfs): exit code 3, the journal stays readable, and it resumes',
    async () => {
      const disk = join(project.folder, 'disk');
      await mkdir(disk, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40k', 'tmpfs', disk]);
      try {
        const finished = await assay(['run', project.config, '-o', join(disk, 'run')], project.folder);
        expectError(finished, 3, 'RUN_DISK_FULL', '--resume');
        execFileSync('mount', ['-o', 'remount,size=4m', disk]);
        const resumed = await assay(['run', project.config, '-o', join(disk, 'run'), '--json'], project.folder);
        expect(resumed.code, resumed.stderr).toBe(0);
        expect(JSON.parse(resumed.stdout).models[0].states.scored).toBe(12);
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});

function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/bin/mount');
}
