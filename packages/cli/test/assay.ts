import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built command in a folder, as a user would. */
export function startAssay(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Started {
  return start(process.execPath, [MAIN, ...args], cwd, env);
}

export function assay(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return startAssay(args, cwd, env).finished;
}

/** Runs a line as it was printed for a user, in which `assay` is the built command. */
export function shell(line: string, cwd: string): Promise<Finished> {
  return start('/bin/sh', ['-c', `assay() { '${process.execPath}' '${MAIN}' "$@"; }; ${line}`], cwd, {}).finished;
}

interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

function start(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Started {
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const child = spawn(program, args, {
    cwd,
    env: { ...inherited, CI: 'true', ASSAY_CACHE: join(cwd, '.cache'), ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, finished };
}

export interface ScriptedProject {
  readonly folder: string;
  readonly config: string;
  remove(): Promise<void>;
}

/** A folder with a dataset, scripted answers and a config, in which every third answer is wrong. */
export async function scriptedProject(samples: number, delayMs = 0): Promise<ScriptedProject> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
  const rows = Array.from({ length: samples }, (_, i) => ({
    question: `Question ${i}?`,
    answer: `word${i}<OR>other${i}`,
    kind: `kind-${i % 5}`,
  }));
  const answers = rows.map((_, index) => ({
    index,
    text: index % 3 === 0 ? 'no idea' : `It is word${index}.`,
    new_tokens: 4,
    prompt_tokens: 9,
  }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(join(folder, 'answers.jsonl'), answers.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const config = join(folder, 'evaluation_config.yaml');
  await writeFile(
    config,
    `dataset:
  dataset_name: made-up
  input_data_location: data.jsonl
  model_input_key: question
  target_output_key: answer
  category_key: kind
models:
  - name: first
    scripted: { answers: answers.jsonl, delay_ms: ${delayMs}, concurrency: 8 }
  - name: second
    scripted: { answers: answers.jsonl, delay_ms: ${delayMs}, concurrency: 8 }
algorithms:
  - algorithm: factual_knowledge
  - algorithm: qa_accuracy
`,
  );
  return { folder, config, remove: () => rm(folder, { recursive: true, force: true }) };
}
