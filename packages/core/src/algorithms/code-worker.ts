import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** What a piece of code gave: a value as structured clone has it, or why there is none. */
export type CodeResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly isLate?: true };

export interface CodeJob {
  /** Body of a function of `output` and `context`, or of what `names` says; absent where a module's function is called. */
  readonly body?: string | undefined;
  /** Names that the two arguments have in the body. @default output and context */
  readonly names?: readonly [string, string] | undefined;
  /** Path of a module, and the name of its function; without one JavaScript's default export, Python's `get_assert`. */
  readonly file?: string | undefined;
  readonly name?: string | undefined;
  readonly output: unknown;
  readonly context: unknown;
  /** Whether a Python file is run as a script, with `output` as its argument; what it prints is the value. */
  readonly script?: boolean;
  /** What a file's function is given. @default output and context */
  readonly given?: readonly unknown[];
}

/**
 * The thread, as text: it must run from any bundle. It answers on a port and wakes who waits; it sees no variable of the
 * environment. What it is asked to run may still do all that this process may.
 */
const SOURCE = `
const { workerData: { port, signal } } = require('node:worker_threads');
const { pathToFileURL } = require('node:url');
async function answer({ body, names = ['output', 'context'], file, name, output, context, given = [output, context] }) {
  if (file === undefined) return await new Function(...names, 'process', body)(output, context, process);
  const loaded = await import(pathToFileURL(file).href);
  const found = name === undefined ? loaded.default?.default ?? loaded.default : loaded[name] ?? loaded.default?.[name];
  // A file may hold the value itself.
  if (typeof found !== 'function' && given.length === 0 && found !== undefined) return found;
  if (typeof found !== 'function') throw new Error((name ?? 'the default export') + ' is no function');
  return await found(...given);
}
port.on('message', async (job) => {
  let result;
  try { result = { ok: true, value: await answer(job) }; }
  catch (thrown) { result = { ok: false, message: String(thrown?.message ?? thrown) }; }
  try { port.postMessage(result); }
  catch (thrown) { port.postMessage({ ok: false, message: String(thrown) }); }
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
`;
const HEAP_MB = 256;

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly signal: Int32Array;
}

let running: Running | undefined;

function start(): Running {
  const { port1: port, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(SOURCE, {
    eval: true,
    env: {},
    workerData: { port: port2, signal },
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  // Its end is seen by the answer that does not come.
  worker.on('error', () => {});
  worker.unref();
  port.unref();
  return { worker, port, signal };
}

let later: Running | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** The same without holding up this thread; one after the other. */
export function runJavascriptLater(job: CodeJob, deadlineMs: number): Promise<CodeResult> {
  const result = queue.then(() => answerLater(job, deadlineMs));
  queue = result;
  return result;
}

function answerLater(job: CodeJob, deadlineMs: number): Promise<CodeResult> {
  later ??= start();
  const { worker, port } = later;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      later = undefined;
      void worker.terminate();
      resolve({ ok: false, message: `no answer within ${deadlineMs} ms`, isLate: true });
    }, deadlineMs);
    port.once('message', (result: CodeResult) => {
      clearTimeout(timer);
      resolve(result);
    });
    port.postMessage(job);
  });
}

/** Runs JavaScript in a thread of its own and waits for it, up to a deadline at which the thread is ended. */
export function runJavascript(job: CodeJob, deadlineMs: number): CodeResult {
  running ??= start();
  const { worker, port, signal } = running;
  Atomics.store(signal, 0, 0);
  port.postMessage(job);
  const waited = Atomics.wait(signal, 0, 0, deadlineMs);
  const received = waited === 'timed-out' ? undefined : receiveMessageOnPort(port);
  if (received !== undefined) return received.message as CodeResult;
  running = undefined;
  void worker.terminate();
  return { ok: false, message: `no answer within ${deadlineMs} ms`, isLate: true };
}
