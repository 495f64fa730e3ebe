import { fork } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ModelThreadSettings, RequestMessage } from './text-model.ts';

/** A worker thread or a child process with a model in it, seen from outside. */
export interface ModelHost {
  /** Its `message`, `error` and `exit` events. */
  readonly events: EventEmitter;
  readonly isProcess: boolean;
  send(message: RequestMessage): void;
  /** Ends it without waiting for what it does. */
  kill(): Promise<void>;
}

/** No flags of the parent's: its conditions may name source files, which the entry cannot load. */
export function startModelHost(entry: URL, settings: ModelThreadSettings): ModelHost {
  return settings.isolate === true ? startProcess(entry, settings) : startThread(entry, settings);
}

function startThread(entry: URL, settings: ModelThreadSettings): ModelHost {
  const worker = new Worker(entry, { workerData: settings, execArgv: [] });
  return {
    events: worker,
    isProcess: false,
    send: (message) => worker.postMessage(message),
    kill: async () => {
      await worker.terminate();
    },
  };
}

/** A native crash ends the process alone. */
function startProcess(entry: URL, settings: ModelThreadSettings): ModelHost {
  const child = fork(fileURLToPath(entry), {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const send = (message: RequestMessage): void => {
    if (child.connected) child.send(message);
  };
  send({ type: 'load', settings });
  return {
    events: child,
    isProcess: true,
    send,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
