import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assay, startAssay } from './assay.ts';

/** Answers the last word of each prompt, which is the country's own answer here, after a while. */
const PYTHON = `import json, sys, time
print("warming up", flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    time.sleep(0.02)
    print(json.dumps({"id": "nobody", "text": "noise"}), flush=True)
    print(json.dumps({"id": asked["id"], "text": asked["prompt"].split()[-1]}), flush=True)
`;
const SAMPLES = 12;
const TYPESCRIPT = `interface Asked { readonly text: string }
export const answer = async ({ text }: Asked): Promise<string> => text.split(' ').at(-1) as string;
`;

let folder = '';
let server: Server;
let config = '';
const seen: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay own models '));
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { question } = JSON.parse(body) as { question: string };
    seen.push(`${request.headers['x-key']} ${question}`);
    if (question.includes('word3') && seen.filter((each) => each.includes(question)).length === 1)
      response.statusCode = 503;
    response.end(JSON.stringify({ reply: { text: question.split(' ').at(-1) } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const rows = Array.from({ length: SAMPLES }, (_, i) => ({ q: `say word${i}`, a: `word${i}` }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(join(folder, 'model.py'), PYTHON);
  await writeFile(join(folder, 'model.ts'), TYPESCRIPT);
  // Node 20 strips no types: there a project's esbuild does.
  await mkdir(join(folder, 'node_modules'));
  const esbuild = dirname(createRequire(import.meta.url).resolve('esbuild/package.json'));
  await symlink(esbuild, join(folder, 'node_modules/esbuild'), 'junction');
  config = join(folder, 'evaluation_config.yaml');
  await writeFile(
    config,
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
prompts:
  - { name: plain, template: $model_input }
  - { name: polite, template: Please $model_input }
  - { name: wrong, template: $model_input not }
models:
  - name: python
    exec: { command: [python3, model.py] }
  - name: server
    http:
      url: http://127.0.0.1:${(server.address() as AddressInfo).port}/answer
      body: { question: $prompt }
      output: reply.text
      headers_env: { x-key: ASSAY_HTTP_KEY }
  - name: function
    module: { file: model.ts, export: answer }
algorithms: [{ algorithm: exact_match }]
`,
  );
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const env = { ASSAY_HTTP_KEY: 'secret-of-mine' };

test('a command in Python, a server and a TypeScript function are asked with three prompts, resume after a kill, and stand in one report', async () => {
  const run = ['run', config, '--allow-code', '-o', 'run', '--no-cache'];
  const { child, finished } = startAssay([...run, '--display', 'plain'], folder, env);
  await expect
    .poll(async () => (await readFile(join(folder, 'run/journal.jsonl'), 'utf8').catch(() => '')).split('\n').length, {
      timeout: 20_000,
    })
    .toBeGreaterThan(6);
  child.kill('SIGKILL');
  await finished;
  const { code, stdout, stderr } = await assay([...run, '--resume', 'run'], folder, env);
  expect([stderr, code]).toEqual([expect.not.stringContaining('secret-of-mine'), 0]);
  const summary = JSON.parse(await readFile(join(folder, 'run/summary.json'), 'utf8')) as {
    models: { name: string; states: { scored: number } }[];
    scores: { model: string; score: string; value: number }[];
  };
  expect(summary.models.map(({ name }) => name)).toEqual(
    ['python', 'server', 'function'].flatMap((model) =>
      ['plain', 'polite', 'wrong'].map((prompt) => `${model} / ${prompt}`),
    ),
  );
  for (const { states } of summary.models) expect(states.scored).toBe(SAMPLES);
  for (const { model, score, value } of summary.scores)
    if (score === 'exact_match') expect([model, value]).toEqual([model, model.endsWith('wrong') ? 0 : 1]);
  expect(stdout).toContain('function / polite');
  const page = await readFile(join(folder, 'run/report.html'), 'utf8');
  expect(page).toContain('python / wrong');
  expect(page).not.toContain('secret-of-mine');
  expect(seen.every((each) => each.startsWith('secret-of-mine '))).toBe(true);
});

test('the name of a model takes it with every prompt', async () => {
  const { code, stdout } = await assay(['run', config, '--allow-code', '--models', 'function', '--json'], folder, env);
  expect([code, (JSON.parse(stdout) as { models: unknown[] }).models.length]).toEqual([0, 3]);
});

test('code and the variables of others need leave, before any work', async () => {
  const refused = await assay(['run', config], folder, env);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/CONFIG_CODE_NOT_ALLOWED .*python3 model.py is the command of/),
  ]);
  const other = join(folder, 'other.yaml');
  const text = await readFile(config, 'utf8');
  await writeFile(other, text.replace('ASSAY_HTTP_KEY', 'AWS_SECRET_ACCESS_KEY'));
  const sent = await assay(['run', other, '--models', 'server'], folder, { AWS_SECRET_ACCESS_KEY: 'x' });
  expect([sent.code, sent.stderr]).toEqual([
    2,
    expect.stringMatching(/CONFIG_NOT_ALLOWED .*AWS_SECRET_ACCESS_KEY goes to 127.0.0.1/),
  ]);
});

test.each([
  [
    'exits at once',
    ['python3', '-c', 'import sys; sys.exit("no weights")'],
    /RUNNER_CRASHED .*exit code 1: no weights/,
  ],
  ['is not there', ['no-such-program'], /RUNNER_CRASHED .*cannot be started/],
  [
    'answers with an error',
    [
      'python3',
      '-c',
      'import sys,json\nfor l in sys.stdin: print(json.dumps({"id": json.loads(l)["id"], "error": "too hot"}), flush=True)',
    ],
    /RUNNER_FAILED .*too hot/,
  ],
])('a command that %s: its samples fail, and the run says why and exits with 3', async (name, command, why) => {
  const file = join(folder, `${name}.yaml`);
  await writeFile(
    file,
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models: [{ name: odd, exec: { command: ${JSON.stringify(command)} } }]
algorithms: [{ algorithm: exact_match }]
`,
  );
  const { code, stderr } = await assay(['run', file, '--allow-code', '--no-cache'], folder);
  expect([code, stderr]).toEqual([3, expect.stringMatching(why)]);
});
