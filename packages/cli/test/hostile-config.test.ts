import dns from 'node:dns';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { check } from '../src/commands/check.ts';
import { importLmEvalTasks, importPromptfooConfig } from '../src/commands/import.ts';
import { run } from '../src/commands/run.ts';
import type { RunFlags } from '../src/flags/run-flags.ts';

vi.setConfig({ testTimeout: 60_000 });

let outside: string;
let project: string;
let server: Server;
let port: number;
let requests: IncomingMessage[];
let redirectTo: string | undefined;
let said: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    if (redirectTo !== undefined) response.writeHead(307, { location: redirectTo }).end();
    else response.end(JSON.stringify({ text: 'word', choices: [{ message: { content: 'word' } }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());
beforeEach(async () => {
  requests = [];
  redirectTo = undefined;
  said = '';
  for (const stream of [process.stderr, process.stdout])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said += text;
      return true;
    });
  outside = await mkdtemp(join(tmpdir(), 'assay-hostile-'));
  project = join(outside, 'project');
  await mkdir(project);
  vi.stubEnv('ASSAY_CACHE', join(outside, 'cache'));
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalr-not-for-you');
  vi.stubEnv('OPENAI_API_KEY', 'sk-for-openai-alone');
  await writeFile(join(project, 'data.jsonl'), '{"q":"Say word","a":"word"}\n');
  await writeFile(join(outside, 'secret.jsonl'), '{"q":"the secret","a":"x"}\n');
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(outside, { recursive: true, force: true });
});

async function config(changes: { model?: string; data?: string; algorithm?: string } = {}): Promise<string> {
  const {
    model = `http: { url: "http://127.0.0.1:${port}/" }`,
    data = 'data.jsonl',
    algorithm = 'algorithm: exact_match',
  } = changes;
  const file = join(project, 'c.yaml');
  await writeFile(
    file,
    `dataset: { input_data_location: "${data}", model_input_key: q, target_output_key: a }\nmodels: [{ name: m, ${model} }]\nalgorithms: [{ ${algorithm} }]\n`,
  );
  return file;
}

const start = (file: string, flags: Partial<RunFlags> = {}) =>
  run(file, { output: join(outside, 'run'), display: 'none', ...flags } as RunFlags);

async function refusal(changes: Parameters<typeof config>[0], flags: Partial<RunFlags> = {}) {
  const file = await config(changes);
  const thrown = await start(file, flags).then(
    () => undefined,
    (error: unknown) => error as { code: string; message: string; hint: string },
  );
  expect(requests).toEqual([]);
  return thrown;
}

test('a config beside its data that asks a server of this machine needs no flag', async () => {
  expect(await start(await config()), said).toBe(0);
  expect(requests.length).toBeGreaterThan(0);
});

test.each([
  ['openai', 'api_key_env: AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_ACCESS_KEY'],
  ['openai', 'api_key_env: OPENAI_API_KEY', 'OPENAI_API_KEY'],
  ['http', 'headers_env: { x-key: AWS_SECRET_ACCESS_KEY }', 'AWS_SECRET_ACCESS_KEY'],
])('a variable is no key of another host: %s with %s', async (runner, key, variable) => {
  const url = `${runner === 'http' ? 'url' : 'base_url'}: "http://127.0.0.1:${port}/"`;
  const model = `model_id: x, ${runner}: { ${url}, ${key} }`;
  const thrown = await refusal({ model: runner === 'http' ? model.replace('model_id: x, ', '') : model });
  expect(thrown?.code).toBe('CONFIG_NOT_ALLOWED');
  expect(thrown?.message).toContain(`${variable} goes to 127.0.0.1:${port}`);
  expect(thrown?.hint).toContain(`--allow-env ${variable}`);
  expect(
    await start(await config({ model: runner === 'http' ? model.replace('model_id: x, ', '') : model }), {
      allowEnv: [variable],
    }),
    said,
  ).toBe(0);
});

test.each(['169.254.169.254', '10.0.0.7', '[fd00::1]', 'metadata.google.internal', 'vllm'])(
  'a private host is refused by its name: %s',
  async (host) => {
    const thrown = await refusal({ model: `http: { url: "http://${host}/latest" }` });
    expect(thrown?.code).toBe('CONFIG_NOT_ALLOWED');
    expect(thrown?.message).toContain(host);
    expect(thrown?.hint).toContain(`--allow-host ${host}`);
    const data = await refusal({ data: `http://${host}/data.jsonl` });
    expect(data?.message).toContain(`${host} is where the data comes from`);
  },
);

test('a public name that leads inside by the time it is called is refused then, for models and for data', async () => {
  vi.spyOn(dns, 'lookup').mockImplementation(((_: string, { all }: dns.LookupOptions, told: Looked) => {
    if (all === true) told(null, [{ address: '127.0.0.1', family: 4 }]);
    else told(null, '127.0.0.1', 4);
  }) as unknown as typeof dns.lookup);
  const blocks = {
    openai: `model_id: x, openai: { base_url: "http://rebound.example:${port}/v1" }`,
    http: `http: { url: "http://rebound.example:${port}/" }`,
  };
  for (const [runner, model] of Object.entries(blocks)) {
    const thrown = await refusal({ model }, { output: join(outside, runner), cache: false });
    expect(thrown, runner).toMatchObject({
      code: 'CONFIG_NOT_ALLOWED',
      hint: expect.stringContaining('--allow-host rebound.example'),
    });
    expect(thrown?.message).toBe('rebound.example leads to 127.0.0.1, which is no public address');
    const output = join(outside, `${runner}-allowed`);
    expect(await start(await config({ model }), { output, allowHost: ['rebound.example'] }), said).toBe(0);
    expect(requests.length).toBeGreaterThan(0);
    requests = [];
  }
  const data = await refusal({ data: `http://rebound.example:${port}/data.jsonl` });
  expect(data).toMatchObject({ code: 'CONFIG_NOT_ALLOWED', message: expect.stringContaining('leads to 127.0.0.1') });
});

type Looked = (error: null, address: string | readonly dns.LookupAddress[], family?: number) => void;

test('a judge of its own block is looked at like a model', async () => {
  const judge = (block: string) => refusal({ algorithm: `algorithm: llm_judge, judge: { ${block} }` });
  const server = await judge('model_id: x, openai: { base_url: "http://10.1.1.1/v1", api_key_env: OPENAI_API_KEY }');
  expect(server?.message).toMatch(/10\.1\.1\.1 .*; and OPENAI_API_KEY/);
  expect(await judge('exec: { command: [sh, -c, "id"] }')).toMatchObject({ code: 'CONFIG_CODE_NOT_ALLOWED' });
});

test('a key is sent through no redirect', async () => {
  vi.stubEnv('ASSAY_HTTP_KEY', 'for-this-host');
  const model = `model_id: x, openai: { base_url: "http://127.0.0.1:${port}/", api_key_env: ASSAY_HTTP_KEY, headers: { api-key: also } }`;
  redirectTo = `http://localhost:${port}/elsewhere`;
  await start(await config({ model }));
  expect(requests.map(({ url }) => url)).not.toContain('/elsewhere');
  expect(said + (await readFile(join(outside, 'run', 'journal.jsonl'), 'utf8'))).toContain(
    'redirects to http://localhost',
  );
});

test('a file outside the project is refused, by its path and through a link; a folder of links too', async () => {
  const path = await refusal({ data: join(outside, 'secret.jsonl') });
  expect(path).toMatchObject({ code: 'CONFIG_NOT_ALLOWED', message: expect.stringContaining('secret.jsonl') });
  const climbing = await refusal({ data: '../secret.jsonl' });
  expect(climbing?.message).toContain('secret.jsonl');
  await symlink(join(outside, 'secret.jsonl'), join(project, 'link.jsonl'));
  const link = await refusal({ data: 'link.jsonl' });
  expect(link).toMatchObject({ code: 'CONFIG_NOT_ALLOWED', message: expect.stringContaining('secret.jsonl') });
  await mkdir(join(project, 'more'));
  await symlink(join(outside, 'secret.jsonl'), join(project, 'more', 'a.jsonl'));
  for (const data of ['more', 'more/*.jsonl', '*/a.jsonl']) {
    const inside = await refusal({ data });
    expect(inside, data).toMatchObject({
      code: 'CONFIG_NOT_ALLOWED',
      message: expect.stringContaining('secret.jsonl'),
    });
  }
  const answers = await refusal({ model: 'scripted: { answers: ../secret.jsonl }' });
  expect(answers?.message).toContain('is read as the answers of m');
  expect(await start(await config({ data: '../secret.jsonl' }), { allowFile: [outside] }), said).toBe(0);
});

test('modules and commands are refused by their names', async () => {
  await writeFile(join(project, 'm.mjs'), 'globalThis.ranHostileCode = true; export default () => "word";');
  const module = await refusal({ model: 'module: { file: m.mjs }' });
  expect(module).toMatchObject({ code: 'CONFIG_CODE_NOT_ALLOWED', message: expect.stringContaining('m.mjs') });
  const command = await refusal({ model: 'exec: { command: [sh, -c, "id"] }' });
  expect(command).toMatchObject({ code: 'CONFIG_CODE_NOT_ALLOWED', message: expect.stringContaining('sh -c id') });
  const algorithm = await refusal({ algorithm: 'algorithm: mine, module: ./m.mjs' });
  expect(algorithm).toMatchObject({ code: 'CONFIG_CODE_NOT_ALLOWED', message: expect.stringContaining('m.mjs') });
  expect('ranHostileCode' in globalThis).toBe(false);
});

test('user information and keys in an address are refused, and of data masked in the manifest', async () => {
  for (const url of [`http://me:pw@127.0.0.1:${port}/`, `http://127.0.0.1:${port}/?api_key=abc`]) {
    expect(await start(await config({ model: `http: { url: "${url}" }` }))).toBe(2);
    expect(said).toMatch(/http\.url holds what is secret/);
  }
  expect(said).not.toContain('pw@');
  const file = await config();
  await writeFile(file, `${await readFile(file, 'utf8')}# see https://me:hunter2@example.com/?token=t0ken\n`);
  expect(await start(file), said).toBe(0);
  const manifest = await readFile(join(outside, 'run', 'manifest.json'), 'utf8');
  expect(manifest).not.toMatch(/hunter2|t0ken/);
});

test('check lists what a config reaches, and which flags that needs', async () => {
  const model = 'model_id: x, openai: { base_url: "https://api.openai.com/v1", api_key_env: AWS_SECRET_ACCESS_KEY }';
  expect(await check([await config({ model, data: '../secret.jsonl' })], {})).toBe(0);
  expect(said).toMatch(/reaches .*host api\.openai\.com answers for m/);
  expect(said).toMatch(
    /variable AWS_SECRET_ACCESS_KEY goes to api\.openai\.com as a key of m; needs --allow-env AWS_SECRET_ACCESS_KEY/,
  );
  expect(said).toMatch(/file .*secret\.jsonl.*; needs --allow-file/);
  said = '';
  await check([await config({ model: model.replace('AWS_SECRET_ACCESS_KEY', 'OPENAI_API_KEY') })], {});
  expect(said).toContain('OPENAI_API_KEY goes to api.openai.com as a key of m\n');
  expect(said).not.toContain('needs');
});

test('data on S3 go to no model elsewhere unasked, and check lists all that is used of an account', async () => {
  const data = 's3://private/rows.jsonl';
  const thrown = await refusal({ data, model: 'model_id: x, openai: { base_url: "https://elsewhere.example/v1" }' });
  expect(thrown).toMatchObject({
    code: 'CONFIG_NOT_ALLOWED',
    message: expect.stringContaining('private is a bucket whose data are read (s3://private/rows.jsonl)'),
    hint: expect.stringContaining('--allow-host private'),
  });
  const judge = 'judge: { model_id: x, openai: { base_url: "https://elsewhere.example/v1" } }';
  const judged = await refusal({ data, algorithm: `algorithm: llm_judge, ${judge}` });
  expect(judged?.hint).toContain('--allow-host private');
  said = '';
  const file = await config({
    data,
    model: 'model_id: x, sagemaker: { image_uri: their/image, model_data: s3://w/m }',
  });
  await writeFile(
    file,
    `${await readFile(file, 'utf8')}aws: { bucket: results, role_arn: "arn:aws:iam::1:role/r", image_uri: steps }\n`,
  );
  await check([file], {});
  for (const line of [
    'private is a bucket whose data are read (s3://private/rows.jsonl)\n',
    'results is the bucket of inputs and results',
    'arn:aws:iam::1:role/r is the role that jobs and endpoints have',
    'steps is the image that runs the steps of a pipeline',
    'their/image is the image of m',
    's3://w/m is the weights of m',
  ])
    expect(said).toContain(`aws ${line}`);
});

test('an imported promptfoo config inlines no file from elsewhere, and tells what it will reach', async () => {
  const file = join(project, 'promptfooconfig.yaml');
  const provider = `{ id: "openai:gpt-4o", config: { apiBaseUrl: "http://10.2.3.4/v1", apiKeyEnvar: AWS_SECRET_ACCESS_KEY } }`;
  await writeFile(join(outside, 'secret.txt'), 'the secret');
  await writeFile(
    file,
    `prompts: ["file://../secret.txt"]\nproviders: [${provider}]\ntests: [{ assert: [{ type: contains, value: x }] }]\n`,
  );
  expect(await importPromptfooConfig(file, { output: join(project, 'out'), model: 'm' })).toBe(2);
  expect(said).toMatch(/CONFIG_NOT_ALLOWED .*secret\.txt/);
  said = '';
  await writeFile(
    file,
    `prompts: ["Say {{x}}"]\nproviders: [${provider}]\ntests: [{ vars: { x: a }, assert: [{ type: contains, value: x }] }]\n`,
  );
  await importPromptfooConfig(file, { output: join(project, 'out'), model: 'm' });
  expect(said).toMatch(/host 10\.2\.3\.4 .*needs --allow-host 10\.2\.3\.4/);
  expect(said).toMatch(/AWS_SECRET_ACCESS_KEY goes to 10\.2\.3\.4 .*needs --allow-env/);
});

const TASK =
  'task: t\noutput_type: generate_until\ntest_split: test\ndoc_to_target: "{{a}}"\nmetric_list: [{ metric: exact_match }]\n';
const ROWS = 'dataset_path: json\ndataset_kwargs: { data_files: { test: data.jsonl } }\n';

test.each([
  ['by include', `include: ../secret.yaml\n${ROWS}`, 'secret.yaml'],
  ['by an include of an include', `include: link.yaml\n${ROWS}`, 'secret.yaml'],
  ['by a circle of includes', `include: circle.yaml\n${ROWS}`, 'circle.yaml'],
  ['by Python', `doc_to_text: !function a.text\n${ROWS}`, 'secret.py'],
  [
    'as data',
    'doc_to_text: "{{q}}"\ndataset_path: json\ndataset_kwargs: { data_files: { test: ../secret.jsonl } }\n',
    'secret.jsonl',
  ],
  [
    'as data of the working folder',
    'doc_to_text: "{{q}}"\ndataset_path: json\ndataset_kwargs: { data_files: { test: private.jsonl } }\n',
    'private.jsonl',
  ],
  ['as a folder of data', `doc_to_text: "{{q}}"\ndataset_path: "FOLDER"\n`, 'test.jsonl'],
])('an imported task reads no file from elsewhere, %s', async (how, keys, name) => {
  const file = join(project, 'task.yaml');
  await writeFile(join(outside, 'secret.yaml'), 'doc_to_text: "the secret {{q}}"\n');
  await writeFile(join(outside, 'secret.py'), 'def text(doc):\n    return "the secret"\n');
  await writeFile(join(outside, 'test.jsonl'), '{"q":"the secret","a":"x"}\n');
  await writeFile(join(project, 'a.py'), 'from ..secret import text\n');
  await writeFile(join(project, 'circle.yaml'), 'include: task.yaml\n');
  await symlink(join(outside, 'secret.yaml'), join(project, 'link.yaml'));
  await writeFile(file, TASK + keys.replace('FOLDER', outside));
  const output = join(project, 'out');
  // The working folder is no leave: it may be anybody's home.
  await mkdir(join(outside, 'work'));
  await writeFile(join(outside, 'work', 'private.jsonl'), '{"q":"the secret","a":"x"}\n');
  vi.spyOn(process, 'cwd').mockReturnValue(join(outside, 'work'));
  expect(await importLmEvalTasks([file], { output, model: 'm' })).toBe(2);
  if (how.includes('circle')) return expect(said).toMatch(/CONFIG_SYNTAX .*includes itself/);
  expect(said).toMatch(new RegExp(`CONFIG_NOT_ALLOWED .*${name}`));
  expect(said).toMatch(/pass --allow-file .*/);
  said = '';
  expect(await importLmEvalTasks([file], { output, model: 'm', allowFile: [outside] }), said).toBe(0);
  expect(said).toMatch(
    new RegExp(`reaches .*task.yaml:\\d+:1 +file .*${name} is read by the import; needs --allow-file`),
  );
  expect(await readFile(join(output, 'data.jsonl'), 'utf8')).toContain('the secret');
});

test('a template that loops for ever is ended, by its name', async () => {
  const file = join(project, 'task.yaml');
  await writeFile(join(project, 'rows.jsonl'), '{"q":"a","a":"b"}\n');
  await writeFile(
    file,
    `task: loops\ndataset_path: json\ndataset_kwargs: { data_files: { test: rows.jsonl } }\ntest_split: test\noutput_type: generate_until\ndoc_to_text: "{% for i in range(100000) %}{% for j in range(100000) %}{{ q }}{% endfor %}{% endfor %}"\ndoc_to_target: "{{ a }}"\nmetric_list: [{ metric: exact_match }]\n`,
  );
  const began = performance.now();
  expect(await importLmEvalTasks([file], { output: join(project, 'out'), model: 'm' })).toBe(2);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(said).toMatch(/PROMPT_TEMPLATE .*task\.yaml:6:1 .*it takes more than 500,000 steps/);
});
