import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { toAssayError } from '@assay/core/errors';
import type { AnswerMessage, ModelThreadSettings, RequestMessage, TextModel } from './text-model.ts';

/** One entry for both homes: a thread has a parent port, a process a channel. */
interface Home {
  send(message: AnswerMessage, transfer?: ArrayBuffer[]): void;
  onRequest(listener: (request: RequestMessage) => void): void;
  leave(): void;
}

const port = parentPort;
const home: Home =
  port === null
    ? {
        send: (message) => process.send?.(message),
        onRequest: (listener) => process.on('message', listener),
        leave: () => process.disconnect(),
      }
    : {
        send: (message, transfer) => port.postMessage(message, transfer),
        onRequest: (listener) => port.on('message', listener),
        leave: () => port.close(),
      };

/** Windows that nobody waits for any more, as far as messages said so. */
const cancelled = new Set<number>();

async function load(settings: ModelThreadSettings): Promise<TextModel> {
  if (settings.kind === 'encoder') {
    const { loadEncoderModel } = await import('../encoders/encoder-model.ts');
    return loadEncoderModel(settings);
  }
  const { loadClassifierModel } = await import('../classifiers/classifier-model.ts');
  return loadClassifierModel(settings);
}

async function answer(model: TextModel, request: Extract<RequestMessage, { type: 'window' }>): Promise<void> {
  const { window } = request;
  const flag = request.cancelled === undefined ? undefined : new Int32Array(request.cancelled);
  try {
    for await (const batch of model.evaluate(request.texts, request.task)) {
      home.send({ type: 'batch', window, answer: batch }, [batch.values.buffer as ArrayBuffer]);
      // A message that cancels must find its way in between.
      if (flag === undefined) await nextTurn();
      if (flag === undefined ? cancelled.delete(window) : Atomics.load(flag, 0) !== 0) break;
    }
    home.send({ type: 'done', window });
  } catch (thrown) {
    home.send({ type: 'done', window, error: toAssayError(thrown, 'RUNNER_FAILED').toData() });
  }
}

/** Loads the model, says so, and answers one window after another until told to close. */
async function serve(settings: ModelThreadSettings): Promise<void> {
  let model: TextModel;
  try {
    model = await load(settings);
  } catch (thrown) {
    home.send({ type: 'not_ready', error: toAssayError(thrown, 'MODEL_LOAD').toData() });
    home.leave();
    return;
  }
  let last = Promise.resolve();
  home.onRequest((request) => {
    if (request.type === 'cancel') {
      cancelled.add(request.window);
      return;
    }
    last = last.then(async () => {
      if (request.type === 'window') return answer(model, request);
      await model.close();
      home.leave();
    });
  });
  home.send({ type: 'ready', info: model.info });
}

if (port !== null) await serve(workerData as ModelThreadSettings);
else {
  process.on('disconnect', () => process.exit(0));
  process.once('message', (request: RequestMessage) => {
    if (request.type === 'load') void serve(request.settings);
  });
}
