import { parentPort } from 'node:worker_threads';
import { CausalService } from './causal-service.ts';
import type { FromWorker, ToWorker } from './messages.ts';

// One entry for both homes: a worker thread has a parent port, a child process an IPC channel.
if (parentPort !== null) {
  const port = parentPort;
  const service = new CausalService((message: FromWorker) => {
    port.postMessage(message);
    if (message.type === 'closed') port.close();
  });
  port.on('message', (message: ToWorker) => void service.receive(message));
} else {
  const service = new CausalService((message: FromWorker) => {
    process.send?.(message, undefined, undefined, () => {
      if (message.type === 'closed') process.disconnect();
    });
  });
  process.on('message', (message: ToWorker) => void service.receive(message));
  process.on('disconnect', () => process.exit(0));
}
