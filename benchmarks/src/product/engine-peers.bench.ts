import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bestCost, type ProcessCost, processCost } from '../overhead/process-cost.ts';
import type { SpeedLine } from '../speed-line.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
const PEERS = fileURLToPath(new URL('../../peers/', import.meta.url));
const SAMPLES = 1_000;
const RUNS = 5;
const PEER_RUNS = 2;

/**
 * The same 1,000 samples through assay, promptfoo and inspect_ai: a model that answers at once, two checks of its text, each
 * tool's own log written, start-up included. CPU time of all processes.
 */
export async function againstRunners(
  folder: string,
  env: NodeJS.ProcessEnv,
  withPeers: boolean,
  tell: (line: SpeedLine) => void,
): Promise<void> {
  writeInputs(folder);
  let run = 0;
  const ours = await bestCost(RUNS, () =>
    processCost(
      process.execPath,
      [COMMAND, 'run', 'peers.yaml', '--no-cache', '--display', 'none', '-o', join(folder, `run-${run++}`)],
      { cwd: folder, env },
    ),
  );
  const promptfoo = join(PEERS, 'installed/promptfoo/node_modules/.bin/promptfoo');
  const quiet = {
    ...env,
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    PROMPTFOO_CONFIG_DIR: join(folder, 'promptfoo'),
  };
  const promptfooArgs = ['eval', '-c', 'promptfooconfig.yaml', '--no-table', '--no-progress-bar', '--no-cache'];
  await against('promptfoo 0.121.20', promptfoo, 'promptfoo', 12, [...promptfooArgs, '-o', 'promptfoo.json'], quiet);
  const inspect = join(PEERS, '.venv-inspect/bin/inspect');
  // It finds tasks by relative paths alone.
  copyFileSync(join(PEERS, 'inspect_echo.py'), join(folder, 'inspect_echo.py'));
  const task = ['inspect_echo.py', '-T', `data=${join(folder, 'inspect.jsonl')}`];
  const inspectArgs = ['eval', ...task, '--model', 'mockllm/model', '--display', 'none', '--log-dir', 'inspect-logs'];
  await against('inspect_ai 0.3.285', inspect, 'inspect', 12, inspectArgs, env);

  async function against(
    peer: string,
    command: string,
    setup: string,
    goal: number,
    args: readonly string[],
    peerEnv: NodeJS.ProcessEnv,
  ): Promise<void> {
    const what = `1,000 samples, two checks, CPU of ${peer} against ours`;
    if (!withPeers || !existsSync(command)) {
      const missing = `skipped: benchmarks/peers/setup-engine.sh ${setup}`;
      tell({ what, figure: `ours ${shownCost(ours)}; ${missing}`, goal: '', reached: null });
      return;
    }
    const theirs = await bestCost(PEER_RUNS, () => processCost(command, args, { cwd: folder, env: peerEnv }));
    const ratio = theirs.cpuMs / ours.cpuMs;
    const figure = `${ratio.toFixed(1)}× (${shownCost(theirs)} against ${shownCost(ours)})`;
    tell({ what, figure, goal: `${goal}×`, reached: ratio >= goal });
  }
}

function shownCost({ cpuMs, peakMb }: ProcessCost): string {
  return `${(cpuMs / 1000).toFixed(2)} s${peakMb === null ? '' : `, ${peakMb.toFixed(0)} MiB`}`;
}

/** Each tool's form of the same samples. The echo of promptfoo answers with its prompt, so the question holds the answer. */
function writeInputs(folder: string): void {
  const samples = Array.from({ length: SAMPLES }, (_, i) => ({
    q: `Question ${i}? It is answer ${i}.`,
    a: `answer ${i}`,
  }));
  const write = (name: string, rows: readonly unknown[]) =>
    writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  write('peers.jsonl', samples);
  write(
    'peer-answers.jsonl',
    samples.map(({ q }, index) => ({ index, text: q })),
  );
  write(
    'promptfoo.jsonl',
    samples.map(({ q, a }) => ({ vars: { input: q, target: a } })),
  );
  write(
    'inspect.jsonl',
    samples.map(({ q, a }) => ({ input: q, target: a })),
  );
  const checks = "[{ type: icontains, value: '{{target}}' }, { type: contains, value: '{{target}}' }]";
  writeFileSync(
    join(folder, 'promptfooconfig.yaml'),
    `prompts: ['{{input}}']\nproviders: [echo]\ndefaultTest: { assert: ${checks} }\ntests: promptfoo.jsonl\n`,
  );
  writeFileSync(
    join(folder, 'peers.yaml'),
    [
      'dataset: { input_data_location: peers.jsonl, model_input_key: q, target_output_key: a }',
      'models: [{ name: scripted, scripted: { answers: peer-answers.jsonl } }]',
      'algorithms: [{ algorithm: qa_accuracy }, { algorithm: factual_knowledge }]',
      '',
    ].join('\n'),
  );
}
