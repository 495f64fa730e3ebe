import { HARNESS_SCORER } from './harness-scorer.ts';

/** The file beside an imported config whose code scores its answers, which a run loads with `--allow-code`. */
export const HARNESS_ALGORITHM_FILE = 'lm-eval-task.mjs';

/**
 * The algorithm as a module by itself. Scoring waits for its answer, so a thread talks to Python, which lives as long as the run; it is
 * ended at a deadline, and has no keys in its environment.
 */
export const HARNESS_ALGORITHM = `// Written by \`assay import lm-eval --allow-python\`. It scores answers by the task's own code, in the Python that has
// lm-evaluation-harness: that of ASSAY_PYTHON, of the active environment, of .venv here, or python3.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** The first answer waits for the harness to be loaded. */
const START_TIMES = 5;
const PASSED = ['PATH', 'HOME', 'VIRTUAL_ENV', 'PYTHONPATH', 'SYSTEMROOT', 'LANG', 'TMPDIR', 'HF_HOME', 'HF_HUB_OFFLINE', 'HF_DATASETS_OFFLINE'];
const SCORER = ${JSON.stringify(HARNESS_SCORER)};
const THREAD = \`
const { workerData: { port, signal, program, scorer, env } } = require('node:worker_threads');
const { spawn } = require('node:child_process');
const child = spawn(program, ['-c', scorer], { env, stdio: 'pipe' });
let [rest, errors] = ['', ''];
const say = (told) => { port.postMessage(told); Atomics.store(signal, 0, 1); Atomics.notify(signal, 0); };
port.postMessage({ pid: child.pid });
child.on('error', (thrown) => say({ ok: false, ended: true, message: thrown.message }));
child.on('close', (code) => {
  say({ ok: false, ended: true, message: errors.trim().split('\\\\n').at(-1) || 'it ended with ' + code });
  port.close();
});
child.stdin.on('error', () => {});
child.stderr.setEncoding('utf8').on('data', (chunk) => { errors = (errors + chunk).slice(-4000); });
child.stdout.setEncoding('utf8').on('data', (chunk) => {
  rest += chunk;
  if (rest.length > 2 ** 24) child.kill('SIGKILL');
  const end = rest.indexOf('\\\\n');
  if (end < 0) return;
  const line = rest.slice(0, end);
  rest = rest.slice(end + 1);
  try { say(JSON.parse(line)); } catch { say({ ok: false, message: 'the result is no JSON' }); }
});
port.on('message', (job) => child.stdin.write(JSON.stringify(job) + '\\\\n'));
\`;

function program() {
  const { ASSAY_PYTHON: named, VIRTUAL_ENV: active } = process.env;
  if (named) return named;
  const below = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const found = [...(active ? [active] : []), resolve('.venv')].map((folder) => join(folder, ...below));
  return found.find((file) => existsSync(file)) ?? 'python3';
}

let running;

function start() {
  const { port1: port, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const env = Object.fromEntries(PASSED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  const workerData = { port: port2, signal, program: program(), scorer: SCORER, env };
  const worker = new Worker(THREAD, { eval: true, env: {}, workerData, transferList: [port2] });
  worker.on('error', () => {});
  worker.unref();
  port.unref();
  return { worker, port, signal, pid: undefined, hasAnswered: false };
}

function end() {
  const { worker, pid } = running;
  running = undefined;
  // The thread sees the end of its process, and ends then.
  if (pid === undefined) void worker.terminate();
  else try { process.kill(pid, 'SIGKILL'); } catch {}
}

/** What was said since it was asked; what tells of the process is kept. */
function received() {
  for (;;) {
    const next = receiveMessageOnPort(running.port)?.message;
    if (next === undefined || !('pid' in next)) return next;
    running.pid = next.pid;
  }
}

function ask(job, timeoutMs) {
  running ??= start();
  const { port, signal, hasAnswered } = running;
  Atomics.store(signal, 0, 0);
  port.postMessage(job);
  Atomics.wait(signal, 0, 0, hasAnswered ? timeoutMs : START_TIMES * timeoutMs);
  const told = received();
  running.hasAnswered = true;
  if (told === undefined || told.ended === true) end();
  return told ?? { ok: false, late: true, message: 'no answer' };
}

const digests = new Map();

function digestOf(file) {
  if (!digests.has(file)) {
    const hash = createHash('sha256');
    const folder = dirname(file);
    for (const name of readdirSync(folder).sort()) {
      if (/(?:\\.py|yaml|yml)$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)));
    }
    digests.set(file, hash.digest('hex'));
  }
  return digests.get(file);
}

const WHITE = /[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+$/;

function continuation(key, prompt, text) {
  const modelInput = prompt.replace(WHITE, '');
  return { key, kind: 'logProbability', modelInput, continuation: prompt.slice(modelInput.length) + text, raw: true, context: 'lm-eval' };
}

function asks(features, { of, separator = ' ' }) {
  const { model_input: prompt = '', choices = [], target_output: target = '' } = features;
  if (of === 'choices') return choices.map((each, i) => continuation('choice/' + i, prompt, separator + each));
  if (of === 'inputs') {
    const before = prompt.slice(0, prompt.length - (choices[0] ?? '').length);
    return choices.map((each, i) => continuation('choice/' + i, before + each, separator + target));
  }
  if (of === 'target') return [continuation('text', prompt, target)];
  if (of === 'text') return [{ key: 'text', kind: 'logProbability', modelInput: '', continuation: prompt, raw: true, context: 'lm-eval', windows: 'whole' }];
  return [{ key: 'original', kind: 'generate', modelInput: prompt }];
}

export default {
  name: 'lm_eval_task',
  summary: 'What a task of lm-evaluation-harness itself gives the answer.',
  rowFields: () => ['doc'],
  // An empty prompt is asked, too, as the harness does.
  needs: ({ of }) => ({ choices: ['choices'], inputs: ['choices', 'target_output'], target: ['target_output'] })[of] ?? ['model_input'],
  // Where every figure is one of all documents, a document still says that it counts.
  scores: ({ metrics }) =>
    metrics.length === 0 ? { counted: { range: [0, 1], better: 'higher', kind: 'binary', summary: 'The document counts in the figures.' } } : Object.fromEntries(
      metrics.map(({ name, metric, better }) => [name, { range: [-Infinity, Infinity], better, kind: 'real', summary: 'The harness’s own ' + metric + '.' }]),
    ),
  // What is no mean is added up by the task's own code, from what each document gave it.
  aggregates: ({ file, overrides, summed = [], timeout_s: timeoutS = 60 }) =>
    Object.fromEntries(
      summed.map(({ name, metric, better }) => [
        name,
        {
          scores: { [name]: { range: [-Infinity, Infinity], better, kind: 'real', summary: 'The harness’s own ' + metric + '.' } },
          empty: () => [],
          add: (state, statistic) => (state.push(statistic), state),
          merge: (a, b) => [...a, ...b],
          result: (state) => {
            if (state.length === 0) return { [name]: null };
            const values = [...state].sort(([a], [b]) => a - b);
            const told = ask({ file, overrides, metric, values: values.map(([, value]) => value) }, 5000 * timeoutS);
            return { [name]: told.ok && Number.isFinite(told.value) ? told.value : null };
          },
        },
      ]),
    ),
  modelAsks: ({ features }, options) => asks(features, options),
  score: ({ sample, answers }, options) => {
    const { of, file, overrides, sha256, filter, metrics, summed = [], timeout_s: timeoutS = 60 } = options;
    if (digestOf(file) !== sha256) return { unscored: 'task_changed' };
    const given = asks(sample.features, options).map(({ key }) => {
      const answer = answers.get(key);
      if (answer.kind === 'generate') return answer.text;
      return of === 'text' ? answer.logProbability : [answer.logProbability, answer.isGreedy];
    });
    const told = ask({ file, overrides, doc: sample.record.doc, answers: given }, 1000 * timeoutS);
    if (!told.ok) return { unscored: told.late ? 'task_too_slow' : 'task_code_failed', detail: told.message };
    const found = told.value[filter] ?? {};
    const scores = Object.fromEntries(metrics.map(({ name, metric }) => [name, typeof found[metric] === 'boolean' ? Number(found[metric]) : found[metric]]));
    const lacking = metrics.find(({ name }) => typeof scores[name] !== 'number' || !Number.isFinite(scores[name]));
    if (lacking !== undefined) return { unscored: 'no_number', detail: lacking.metric };
    if (metrics.length === 0) scores.counted = 1;
    const parts = summed.filter(({ metric }) => found[metric] !== undefined);
    const statistics = Object.fromEntries(parts.map(({ name, metric }) => [name, [sample.index, found[metric]]]));
    return parts.length === 0 ? { scores } : { scores, statistics };
  },
  signature: ({ of, file, sha256, filter, metrics, summed = [] }) =>
    'lm_eval_task|' + [of, file.split(/[\\\\/]/).at(-1), sha256.slice(0, 16), filter, [...metrics, ...summed].map(({ metric }) => metric)].join('|') + '|v1',
};
`;
