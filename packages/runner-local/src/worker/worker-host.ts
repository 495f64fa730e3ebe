import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './messages.ts';

/** A worker thread or a child process, seen from the main thread. */
export interface WorkerHost {
  send(message: ToWorker): void;
  /** Ends it without waiting for what it does. */
  kill(): Promise<void>;
}

export interface WorkerEvents {
  onMessage(message: FromWorker): void;
  /** It ended; `reason` says how. */
  onExit(reason: string): void;
}

/** Starts the entry in a thread of this process. Flags of this process (loaders, conditions) are not for it. */
export function startThread(entry: URL, events: WorkerEvents): WorkerHost {
  const worker = new Worker(entry, { execArgv: [] });
  let reason = '';
  worker.on('message', events.onMessage);
  worker.on('error', (error) => {
    reason = error.message;
  });
  worker.on('exit', (code) => {
    events.onExit(reason === '' ? `the worker thread ended with code ${code}` : reason);
  });
  return {
    send: (message) => worker.postMessage(message),
    kill: async () => {
      await worker.terminate();
    },
  };
}

/** Starts the entry in a process of its own, so that a native crash ends that process alone. */
export function startProcess(entry: URL, events: WorkerEvents): WorkerHost {
  const child = fork(fileURLToPath(entry), {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      events.onExit(signal === null ? `the process ended with code ${code}` : `the process was ended by ${signal}`);
      resolve();
    });
  });
  child.on('message', (message) => events.onMessage(message as FromWorker));
  child.on('error', () => child.kill('SIGKILL'));
  return {
    send: (message) => {
      if (child.connected) child.send(message);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
