import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { AssayError, type ExecBlock } from '@assay/core';
import { endWithProcess } from './end-with-process.ts';
import type { OwnAnswer, OwnModel, OwnPrompt } from './own-model.ts';

/** A line of noise is looked at no further than this. */
const SHOWN = 200;
/** A line that is longer is no answer, and the command is ended. */
const MOST_BYTES = 16 * 2 ** 20;
/** Of what the command says on stderr, the end is kept. */
const KEPT_STDERR = 2_000;

interface Waiting {
  readonly resolve: (answer: OwnAnswer) => void;
  readonly reject: (error: AssayError) => void;
}

/**
 * A command that answers JSON lines: `{"id","prompt","messages","max_new_tokens","temperature","stop","seed"}` in,
 * `{"id","text"}` or `{"id","error"}` out, in any order. It is started with the first prompt and ended by a closed stdin.
 */
export function execModel(block: ExecBlock, cwd: string): OwnModel {
  const program = new LineProgram(block.command, cwd);
  const digest = createHash('sha256').update(JSON.stringify(block.command)).digest('hex').slice(0, 16);
  return {
    id: `exec:${block.version ?? `sha256:${digest}`}`,
    concurrency: block.concurrency ?? 16,
    timeoutMs: block.timeout_s === undefined ? undefined : block.timeout_s * 1000,
    generate: (prompt) => program.ask(prompt),
    close: () => program.close(),
  };
}

class LineProgram {
  readonly #command: readonly string[];
  readonly #cwd: string;
  readonly #waiting = new Map<string, Waiting>();
  #child: ChildProcess | undefined;
  #ended: AssayError | undefined;
  #stderr = '';
  #noise = '';

  constructor(command: readonly string[], cwd: string) {
    this.#command = command;
    this.#cwd = cwd;
  }

  ask(prompt: OwnPrompt): Promise<OwnAnswer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const { id, text, messages, maxNewTokens, temperature, stop, seed, signal, fields } = prompt;
    this.#child ??= this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      signal.addEventListener('abort', () => this.#waiting.delete(id), { once: true });
      const line = { id, prompt: text, messages, max_new_tokens: maxNewTokens, temperature, stop, seed, fields };
      this.#child?.stdin?.write(`${JSON.stringify(line)}\n`);
    });
  }

  #start(): ChildProcess {
    const [program = '', ...args] = this.#command;
    const child = spawn(program, args, { cwd: this.#cwd, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    endWithProcess(child);
    child.on('error', (error) => this.#end(`cannot be started: ${error.message}`));
    child.on('close', (code, signal) => this.#end(`ended with ${signal ?? `exit code ${code}`}`));
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(-KEPT_STDERR);
    });
    child.stdout.on('data', this.#boundLines(child));
    createInterface({ input: child.stdout }).on('line', (line) => this.#read(line));
    return child;
  }

  #boundLines(child: ChildProcess): (chunk: Buffer) => void {
    let bytes = 0;
    return (chunk) => {
      const end = chunk.lastIndexOf('\n');
      bytes = end < 0 ? bytes + chunk.length : chunk.length - end - 1;
      if (bytes <= MOST_BYTES) return;
      this.#end(`wrote a line of more than ${MOST_BYTES / 2 ** 20} MiB`);
      child.kill('SIGKILL');
    };
  }

  #read(line: string): void {
    if (line.trim() === '') return;
    const answer = parsed(line);
    const waiting = answer === undefined ? undefined : this.#waiting.get(answer.id);
    if (answer === undefined || waiting === undefined) {
      this.#noise = line.slice(0, SHOWN);
      return;
    }
    this.#waiting.delete(answer.id);
    if (answer.error === undefined) waiting.resolve(answer as unknown as OwnAnswer);
    else waiting.reject(new AssayError('RUNNER_FAILED', `the command answered with an error: ${answer.error}`));
  }

  /** Everybody who waits hears why, with what the command last said. */
  #end(how: string): void {
    const said = this.#stderr.trim().split('\n').at(-1) ?? '';
    const noise = this.#noise === '' ? '' : `; a line that is no answer: ${this.#noise}`;
    const message = `${this.#command.join(' ')} ${how}${said === '' ? '' : `: ${said}`}${noise}`;
    this.#ended ??= new AssayError('RUNNER_CRASHED', message, {
      hint: 'each line of its stdout is {"id": …, "text": …}, with the id of the prompt',
    });
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }

  /** By a closed stdin, else by a signal; at the end by force. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.stdin?.end();
    const patience = [setTimeout(() => child.kill(), 2_000), setTimeout(() => child.kill('SIGKILL'), 4_000)];
    await closed;
    for (const timer of patience) clearTimeout(timer);
  }
}

function parsed(line: string): { readonly id: string; readonly error?: string } | undefined {
  try {
    const value = JSON.parse(line) as { id?: unknown; error?: unknown } | null;
    if (typeof value?.id !== 'string') return undefined;
    return {
      ...value,
      id: value.id,
      ...(value.error == null ? {} : { error: words(value.error).slice(0, 1_000) }),
    } as {
      id: string;
      error?: string;
    };
  } catch {
    return undefined;
  }
}

const words = (error: unknown): string => (typeof error === 'string' ? error : JSON.stringify(error));
