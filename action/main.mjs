// What action.yml runs: evaluates, writes the job's summary, and keeps one comment of the pull request up to date.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { writeComment } from './comment.mjs';
import { evaluate, worst } from './evaluate.mjs';
import { runCommand } from './run-command.mjs';
import { readSettings } from './settings.mjs';

const TITLES = { passed: 'passed', failed: 'failed', inconclusive: 'inconclusive', error: 'did not run to its end' };

const settings = readSettings(process.env);
delete process.env.ASSAY_ACTION_TOKEN;
mkdirSync(settings.folder, { recursive: true });
if (settings.install.length > 0) await install();
const results = [];
for (const [at, config] of settings.configs.entries()) results.push(await evaluate(config, at, settings));
const verdict = worst(results.map((each) => each.verdict));
const text = results
  .map(({ config, verdict: own, markdown }) => `## assay: ${code(config)} ${TITLES[own]}\n\n${markdown}`)
  .join('\n');
append('GITHUB_STEP_SUMMARY', `${text}\n`);
append('GITHUB_OUTPUT', `verdict=${verdict}\n`);
appendLines(
  'GITHUB_OUTPUT',
  'runs',
  results.map(({ run }) => run),
);
await comment(text);
process.exitCode = results.find((each) => each.verdict === verdict)?.code ?? 0;

async function install() {
  const { directory: cwd, env } = settings;
  const { code: exit } = await runCommand(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', ...settings.install],
    {
      cwd,
      env: { ONNXRUNTIME_NODE_INSTALL: 'skip', ...env },
    },
  );
  if (exit !== 0) process.exit(exit);
}

/** A pull request from a fork has a token that may only read: that is said, and fails nothing. */
async function comment(body) {
  const number = pullRequest();
  if (!settings.wantsComment || number === undefined || settings.token === '') return;
  const { GITHUB_API_URL: api = 'https://api.github.com', GITHUB_REPOSITORY: repository = '' } = settings.env;
  try {
    const how = await writeComment({
      api,
      repository,
      number,
      token: settings.token,
      name: settings.configs.join(', '),
      text: body,
    });
    process.stdout.write(`comment of pull request ${number} ${how}\n`);
  } catch (thrown) {
    const why =
      thrown.status === 403 || thrown.status === 404
        ? '; the job needs `permissions: pull-requests: write`, which pull requests from forks never have'
        : '';
    process.stdout.write(`::warning::no comment was written: ${thrown.message}${why}\n`);
  }
}

function pullRequest() {
  const { GITHUB_EVENT_PATH: file } = settings.env;
  if (file === undefined || !existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')).pull_request?.number;
}

function append(variable, text) {
  if (settings.env[variable] !== undefined) appendFileSync(settings.env[variable], text);
}

/** An output of several lines; none of them is its end. */
function appendLines(variable, name, lines) {
  const end = `end-of-${crypto.randomUUID()}`;
  append(variable, `${name}<<${end}\n${lines.join('\n')}\n${end}\n`);
}

/** A path in Markdown, whatever it holds. */
function code(path) {
  return `\`${path.replaceAll(/[`\r\n]/g, '')}\``;
}
