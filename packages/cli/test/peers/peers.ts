import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startAssay } from '../assay.ts';

export const MODEL = 'SmolLM2-135M-Instruct';
export const MODEL_FOLDER = fileURLToPath(new URL(`../../../../models/${MODEL}`, import.meta.url));
export const HERE = fileURLToPath(new URL('.', import.meta.url));
export const BIN = process.env.ASSAY_PEERS ?? fileURLToPath(new URL('../../../../.venv-peers/bin', import.meta.url));

export interface PeerServer {
  readonly url: string;
  /** CPU time that the server has taken, in milliseconds; of Linux alone. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

/** The built `assay serve` of the embedded model, as a user starts it. */
export async function servePeers(cwd: string): Promise<PeerServer> {
  const { child, finished } = startAssay(['serve', MODEL, '--port', '0'], cwd);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const url = /(http:\S+)\/v1/.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`assay serve said ${line}`);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await finished;
  };
  const cpuMs = async (): Promise<number> => {
    // Behind the name, which may hold blanks: user and system time in hundredths of a second.
    const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  };
  return { url, cpuMs, stop };
}

/** Runs a tool of the peers' environment. @returns what it printed */
export async function peer(
  tool: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const offline = { HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', NO_COLOR: '1' };
  const options = { cwd, env: { ...process.env, ...offline, ...env }, maxBuffer: 2 ** 26 };
  return (await promisify(execFile)(join(BIN, tool), args, options)).stdout;
}

/** The samples of a run of ours, by their place in the dataset. */
export async function journalOf(folder: string): Promise<readonly OwnSample[]> {
  const text = await readFile(join(folder, 'journal.jsonl'), 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as OwnSample);
  return lines.filter(({ kind }) => kind === 'sample').sort((a, b) => a.sample - b.sample);
}

export interface OwnSample {
  readonly kind: string;
  readonly sample: number;
  readonly outcomes: Readonly<Record<string, { readonly scores: Readonly<Record<string, number>> }>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly logProbabilities?: Readonly<Record<string, number>>;
}
