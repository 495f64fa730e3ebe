import { fork } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** A worker thread or a child process, seen from the main thread. */
export interface WorkerHost<Message> {
  /** Its `message`, `error` and `exit` events. */
  readonly events: EventEmitter;
  readonly isProcess: boolean;
  send(message: Message): void;
  /** Ends it without waiting for what it does. */
  kill(): Promise<void>;
}

/** Starts the entry in a thread of this process. Flags of this process (loaders, conditions) are not for it. */
export function startThread<Message>(entry: URL, workerData?: unknown): WorkerHost<Message> {
  const worker = new Worker(entry, { workerData, execArgv: [] });
  return {
    events: worker,
    isProcess: false,
    send: (message) => worker.postMessage(message),
    kill: async () => {
      await worker.terminate();
    },
  };
}

/** Starts the entry in a process of its own, so that a native crash ends that process alone. */
export function startProcess<Message>(entry: URL): WorkerHost<Message> {
  const child = fork(fileURLToPath(entry), {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // One that no message reaches answers nothing.
  child.on('error', () => child.kill('SIGKILL'));
  return {
    events: child,
    isProcess: true,
    send: (message) => {
      if (child.connected) child.send(message as object);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Calls back once it has ended; `reason` says how. */
export function onceEnded({ events, isProcess }: WorkerHost<never>, tell: (reason: string) => void): void {
  let thrown = '';
  events.on('error', (error: Error) => {
    thrown = error.message;
  });
  events.once('exit', (code: number | null, signal?: string) => {
    if (isProcess) tell(signal ? `the process was ended by ${signal}` : `the process ended with code ${code}`);
    else tell(thrown === '' ? `the worker thread ended with code ${code}` : thrown);
  });
}
