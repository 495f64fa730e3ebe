import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../../..');
const TOKEN = 'ghs_secretOfThisJob';
const MARK = '<!-- assay: evaluation_config.yaml -->';

/** What `npx --no-install assay …` runs, without npm, which takes as long as the command itself. */
const QUICK_NPX = `#!/bin/sh
[ "$1 $2" = '--no-install assay' ] || exit 99
shift 2
exec node_modules/.bin/assay "$@"
`;

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: string };
}

/** What GitHub's API keeps: comments in pages, for whom the token is, and how it is refused. */
const host = {
  comments: [] as Comment[],
  requests: [] as string[],
  /** Statuses to answer with first. */
  refuse: [] as number[],
};
let server: Server;
let folder = '';
const human = { login: 'somebody', type: 'User' };
const bot = { login: 'github-actions[bot]', type: 'Bot' };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { pathname, searchParams } = new URL(request.url!, 'http://host');
    host.requests.push(`${request.method} ${request.url}`);
    const answer = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return answer(401, {});
    // The token of a job is nobody's.
    if (pathname === '/user') return answer(403, { message: 'Resource not accessible by integration' });
    const status = host.refuse.shift();
    if (status !== undefined) return answer(status, { message: 'no' });
    const list = '/repos/our/shop/issues/7/comments';
    const one = /^\/repos\/our\/shop\/issues\/comments\/(\d+)$/.exec(pathname);
    if (request.method === 'GET' && pathname === list) {
      const [page, size] = [Number(searchParams.get('page')), Number(searchParams.get('per_page'))];
      return answer(200, host.comments.slice((page - 1) * size, page * size));
    }
    const { body: text } = JSON.parse(body) as { body: string };
    if (request.method === 'POST' && pathname === list) {
      host.comments.push({ id: host.comments.length + 1, body: text, user: bot });
      return answer(201, host.comments.at(-1));
    }
    const comment = host.comments.find(({ id }) => id === Number(one?.[1]));
    if (request.method !== 'PATCH' || comment === undefined) return answer(404, {});
    comment.body = text;
    return answer(200, comment);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  folder = await mkdtemp(join(tmpdir(), 'assay action '));
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true });
  await symlink(join(ROOT, 'packages/assay/bin/assay.js'), join(folder, 'node_modules/.bin/assay'));
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await mkdir(join(folder, 'quick'));
  await writeFile(join(folder, 'quick/npx'), QUICK_NPX);
  await chmod(join(folder, 'quick/npx'), 0o755);
  const rows = Array.from({ length: 40 }, (_, i) => `${JSON.stringify({ q: `say ${i}`, a: `${i}` })}\n`);
  await writeFile(join(folder, 'data.jsonl'), rows.join(''));
  await writeFile(join(folder, 'event.json'), JSON.stringify({ pull_request: { number: 7 } }));
}, 120_000);
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  host.comments = Array.from({ length: 130 }, (_, i) => ({ id: i + 1, body: `comment ${i + 1}`, user: human }));
  host.requests = [];
  host.refuse = [];
  await writeFile(join(folder, 'summary.md'), '');
  await writeFile(join(folder, 'output.txt'), '');
});

/** A config whose model answers the first `right` rows correctly, and shows the variables that it sees. */
async function writeConfig(right: number, gate = 'exact_match.exact_match >= 0.5'): Promise<void> {
  const model = `export default ({ text }) => {
  const seen = Object.entries(process.env).find(([name, value]) => value.includes('${TOKEN}'));
  if (seen !== undefined) throw new Error('the model sees ' + seen);
  const number = Number(text.split(' ')[1]);
  return number < ${right} ? String(number) : '::error::taken over by a model';
};
`;
  await writeFile(join(folder, 'model.mjs'), model);
  await writeFile(
    join(folder, 'evaluation_config.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models: [{ name: shop, module: { file: model.mjs } }]
algorithms: [{ algorithm: exact_match }]
gates: ["${gate}"]
`,
  );
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}
interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the step of action.yml as a job does: its command by bash, its variables filled in. @param path before that of the job */
async function job(
  inputs: Readonly<Record<string, string>> = {},
  event = 'pull_request',
  path = `${join(folder, 'quick')}:`,
) {
  const action = parse(await readFile(join(ROOT, 'action.yml'), 'utf8')) as Action;
  const step = action.runs.steps.find(({ id }) => id === 'evaluate')!;
  const context: Record<string, string> = {
    'github.action_path': ROOT,
    'runner.temp': join(folder, 'temp'),
    'github.token': TOKEN,
  };
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) =>
      name.startsWith('inputs.')
        ? (inputs[name.slice('inputs.'.length)] ?? filled(action.inputs[name.slice('inputs.'.length)]!.default))
        : context[name]!,
    );
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run!], {
    cwd: folder,
    env: {
      ...inherited,
      ...Object.fromEntries(Object.entries(step.env!).map(([name, text]) => [name, filled(text)])),
      ...{
        CI: 'true',
        PATH: `${path}${process.env.PATH}`,
        GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
      ...{ GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: join(folder, 'event.json'), GITHUB_REPOSITORY: 'our/shop' },
      ...{ GITHUB_STEP_SUMMARY: join(folder, 'summary.md'), GITHUB_OUTPUT: join(folder, 'output.txt') },
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
  const [code] = (await once(child, 'close')) as [number];
  const summary = await readFile(join(folder, 'summary.md'), 'utf8');
  const output = await readFile(join(folder, 'output.txt'), 'utf8');
  const ours = host.comments.filter(({ user }) => user === bot);
  expect([log, summary, output, ...ours.map(({ body }) => body), ...host.requests].join('\n')).not.toContain(TOKEN);
  return { code, log, summary, output, ours };
}

const allowed = { 'allow-code': 'true' };

test('a pull request gets one comment with the verdict, which the next job writes again', async () => {
  await writeConfig(40);
  // The one that starts the real npx.
  const first = await job(allowed, 'pull_request', '');
  expect([first.log, first.code]).toEqual([expect.stringContaining('comment of pull request 7 created'), 0]);
  expect(first.ours).toHaveLength(1);
  expect(first.ours[0]!.body).toMatch(
    /^<!-- assay: evaluation_config.yaml -->\n## assay: `evaluation_config.yaml` passed\n/,
  );
  expect(first.summary).toContain('passed: exact\\_match.exact\\_match value \\>= 0.5');
  expect(first.output).toMatch(/^verdict=passed\nruns<<(\S+)\n.*runs\/0\n\1\n$/);

  await writeConfig(4);
  const second = await job(allowed);
  expect([second.log, second.code]).toEqual([expect.stringContaining('comment of pull request 7 updated'), 1]);
  expect(second.ours).toHaveLength(1);
  expect(second.ours[0]!.body).toContain('## assay: `evaluation_config.yaml` failed');
  expect(second.output).toContain('verdict=failed\n');
  expect(host.requests.filter((each) => each.startsWith('POST'))).toHaveLength(1);
  expect(host.requests.filter((each) => each.startsWith('PATCH'))).toHaveLength(1);
}, 120_000);

test('what a branch answered is the baseline of the next pull request, whose comment compares the two', async () => {
  await writeConfig(38);
  const push = await job(allowed, 'push');
  expect(push.code).toBe(0);
  await writeConfig(10, 'exact_match.exact_match >= 0');
  const { code, ours, output } = await job({ ...allowed, 'compare-fail-on': 'not worse than the baseline by 0.1' });
  expect([code, output]).toEqual([1, expect.stringContaining('verdict=failed')]);
  expect(ours[0]!.body).toMatch(/shop[\s\S]*\*\*FAILED\*\*[\s\S]*This run alone/i);
}, 120_000);

test('a mark that somebody else wrote is left alone, and a server that is busy is asked again', async () => {
  await writeConfig(40);
  host.comments[3]!.body = `${MARK}\nnot yours`;
  host.refuse = [502];
  const { code, ours } = await job(allowed);
  expect([code, ours.length, host.comments[3]!.body]).toEqual([0, 1, `${MARK}\nnot yours`]);
}, 120_000);

test('a token that may only read costs the comment and nothing else', async () => {
  await writeConfig(40);
  host.refuse = [403];
  const { code, log, ours, summary } = await job(allowed);
  expect([code, ours.length]).toEqual([0, 0]);
  expect(log).toMatch(
    /::warning::no comment was written: GET \/repos\/our\/shop\/issues\/7\/comments.* answered 403; the job needs/,
  );
  expect(summary).toContain('passed');
}, 120_000);

test('code needs leave, answers command nothing, and a run that cannot begin is an error', async () => {
  await writeConfig(0, 'exact_match.exact_match >= 0');
  const refused = await job();
  expect([refused.code, refused.output]).toEqual([2, expect.stringContaining('verdict=error')]);
  expect(refused.log).toContain('CONFIG_CODE_NOT_ALLOWED');
  const { log, code } = await job({ ...allowed, comment: 'false' });
  expect(code).toBe(0);
  // Whatever a model's answer looks like, it stands where the job takes no commands.
  let mark: string | undefined;
  for (const line of log.split('\n')) {
    const stop = /^::stop-commands::(.+)$/.exec(line)?.[1];
    if (stop !== undefined && mark === undefined) mark = stop;
    else if (mark !== undefined && line === `::${mark}::`) mark = undefined;
    else if (mark === undefined) expect(line).not.toMatch(/^::(?!warning::no comment)/);
  }
  expect(mark).toBeUndefined();
}, 120_000);

test('every input of action.yml is used, and none stands in a command', async () => {
  const text = await readFile(join(ROOT, 'action.yml'), 'utf8');
  const action = parse(text) as Action;
  for (const name of Object.keys(action.inputs)) expect(text).toContain(`inputs.${name}`);
  for (const { run } of action.runs.steps) expect(run ?? '').not.toContain('${{');
});
