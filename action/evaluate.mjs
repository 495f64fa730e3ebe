import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCommand } from './run-command.mjs';

/** Exit codes of `assay run` and `assay compare`. */
const VERDICTS = { 0: 'passed', 1: 'failed', 4: 'inconclusive' };
const ORDER = ['passed', 'inconclusive', 'failed', 'error'];

/**
 * Runs one config, and compares it with the baseline where there is one.
 * @returns {Promise<{ config: string, run: string, verdict: string, code: number, markdown: string }>}
 */
export async function evaluate(config, at, settings) {
  const cwd = resolve(settings.directory);
  const run = join(settings.folder, 'runs', String(at));
  rmSync(run, { recursive: true, force: true });
  const env = {
    ...settings.env,
    ASSAY_CACHE: join(settings.folder, 'cache'),
    HF_HOME: settings.env.HF_HOME ?? join(settings.folder, 'models'),
    ...(settings.onInconclusive === '' ? {} : { ASSAY_ON_INCONCLUSIVE: settings.onInconclusive }),
  };
  const assay = (args, quiet) => runCommand('npx', ['--no-install', 'assay', ...args], { cwd, env, quiet });
  const code = settings.allowCode ? ['--allow-code'] : [];
  const ran = await assay(['run', config, '-o', run, '--display', 'plain', ...code, ...failOn(settings.failOn)]);
  if (!existsSync(join(run, 'summary.json')))
    return {
      config,
      run,
      verdict: 'error',
      code: ran.code,
      markdown: 'The run did not come to its end: see the log of this job.\n',
    };
  const own = await markdownOf(assay, run);
  const compared = await compare(assay, run, baselineOf(at, settings), settings);
  const verdict = worst([verdictOf(ran.code), ...(compared === undefined ? [] : [verdictOf(compared.code)])]);
  keepAsBaseline(run, at, settings);
  return {
    ...{ config, run, verdict, code: ran.code === 0 ? (compared?.code ?? 0) : ran.code },
    markdown:
      compared === undefined
        ? own
        : `${compared.stdout}\n<details><summary>This run alone</summary>\n\n${own}\n</details>\n`,
  };
}

const failOn = (gates) => (gates.length === 0 ? [] : ['--fail-on', ...gates]);

const verdictOf = (code) => VERDICTS[code] ?? 'error';

/** @param {string[]} verdicts */
export const worst = (verdicts) => verdicts.reduce((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), 'passed');

async function markdownOf(assay, run) {
  const file = join(run, 'report.md');
  const { code } = await assay(['report', run, '--format', 'md', '-o', file], true);
  return code === 0 ? readFileSync(file, 'utf8') : 'Its report could not be written: see the log of this job.\n';
}

function baselineOf(at, { baseline, folder, directory }) {
  return baseline === '' ? join(folder, 'baseline', String(at)) : resolve(directory, baseline);
}

async function compare(assay, run, baseline, { compareFailOn }) {
  if (!existsSync(join(baseline, 'summary.json'))) return undefined;
  return assay(['compare', baseline, run, '--format', 'md', ...failOn(compareFailOn)], true);
}

/** Kept by action.yml where this is the default branch. */
function keepAsBaseline(run, at, { folder, env }) {
  if (env.GITHUB_EVENT_NAME !== 'push') return;
  const kept = join(folder, 'baseline', String(at));
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(join(folder, 'baseline'), { recursive: true });
  cpSync(run, kept, { recursive: true });
}
