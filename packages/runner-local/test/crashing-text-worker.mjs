// Speaks the protocol of a text model's thread without a model: answers each text with its length. The text "die" ends the
// thread, as running out of memory would.
import { parentPort } from 'node:worker_threads';

parentPort.on('message', (request) => {
  if (request.type === 'close') return parentPort.close();
  const { window, texts } = request;
  if (texts.includes('die')) process.exit(1);
  const values = Float32Array.from(texts, ({ length }) => length);
  const rows = texts.map((_, row) => row);
  const answer = { rows, ends: rows.map((row) => row + 1), values, width: 0, failures: [] };
  parentPort.postMessage({ type: 'batch', window, answer });
  parentPort.postMessage({ type: 'done', window });
});
parentPort.postMessage({ type: 'ready', info: {} });
