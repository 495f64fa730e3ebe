// Runs every example that needs no cloud on a few samples, two at a time; fails where one exits non-zero or scores nothing.
// An example with a steps.json runs those commands instead, whole and in order, each with the exit code that it must have.
// Usage: node scripts/run-examples.mjs [name…]
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LIMIT = '3';
const CONFIG = 'evaluation_config.yaml';
/** What only runs with an account in the cloud. */
const NEEDS_AWS = /^\s*(?:-\s*)?(?:runner:\s*(?:sagemaker|bedrock)\b|endpoint_name:|model_provider:\s*jumpstart)/m;

const root = new URL('..', import.meta.url).pathname;
const asked = process.argv.slice(2);
const work = await mkdtemp(join(tmpdir(), 'assay-examples-'));
let failed = 0;

const names = (await readdir(join(root, 'examples'), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory() && (asked.length === 0 || asked.includes(entry.name)))
  .map((entry) => entry.name)
  .sort();

async function runExample(name) {
  const config = join(root, 'examples', name, CONFIG);
  const text = await readFile(config, 'utf8').catch(() => undefined);
  if (text === undefined || NEEDS_AWS.test(text)) {
    console.log(`  skip  ${name}: ${text === undefined ? `has no ${CONFIG}` : 'needs an AWS account'}`);
    return;
  }
  const started = performance.now();
  const steps = await readFile(join(root, 'examples', name, 'steps.json'), 'utf8').catch(() => undefined);
  const flags = ['--limit', LIMIT, '--no-cache', '--json', '--display', 'none', '-o', join(work, name)];
  try {
    const main = join(root, 'packages/cli/dist/main.js');
    const problem =
      steps === undefined ? await runConfig(main, config, flags) : await runSteps(main, name, JSON.parse(steps));
    if (problem !== undefined) throw new Error(problem);
    console.log(`  ok    ${name.padEnd(44)} ${((performance.now() - started) / 1000).toFixed(1)}s`);
  } catch (error) {
    failed += 1;
    console.log(`  FAIL  ${name}: ${error.stderr || error.message}`);
  }
}

async function runConfig(main, config, flags) {
  const { stdout } = await run(process.execPath, [main, 'run', config, ...flags], { maxBuffer: 2 ** 26 });
  return problemOf(JSON.parse(stdout));
}

/** Every command in a folder of its own; a config is the example's. */
async function runSteps(main, name, steps) {
  const cwd = join(work, name);
  await mkdir(cwd, { recursive: true });
  const env = { ...process.env, ASSAY_NO_CACHE: 'true', ASSAY_DISPLAY: 'none' };
  for (const { run: args, exit, stderr: wanted = '' } of steps) {
    const given = args.map((arg) => (arg.endsWith('.yaml') ? join(root, 'examples', name, arg) : arg));
    const ended = await run(process.execPath, [main, ...given], { cwd, env }).catch((error) => error);
    if ((ended.code ?? 0) !== exit || !ended.stderr.includes(wanted))
      return `assay ${args.join(' ')} ended with ${ended.code ?? 0}, not ${exit}: ${ended.stderr}`;
  }
  return undefined;
}

/** An algorithm that scores no sample is no example of anything. */
function problemOf({ scores }) {
  for (const algorithm of new Set(scores.map((row) => row.algorithm))) {
    const rows = scores.filter((row) => row.algorithm === algorithm && row.category === null);
    if (rows.some(({ n, value }) => n > 0 && value !== null)) continue;
    return `${algorithm} scored nothing: ${JSON.stringify(rows[0]?.unscored)}`;
  }
  return undefined;
}

async function worker() {
  for (let name = names.shift(); name !== undefined; name = names.shift()) await runExample(name);
}

try {
  await Promise.all([worker(), worker()]);
} finally {
  await rm(work, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
