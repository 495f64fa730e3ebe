import { parentPort, workerData } from 'node:worker_threads';
import { toAssayError } from '@assay/core/errors';
import type { AnswerMessage, ModelThreadSettings, RequestMessage, TextModel } from './text-model.ts';

/** Entry of a model's thread: loads the model, says so, and answers one window after another until told to close. */
const port = parentPort!;
const post = (message: AnswerMessage, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

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
  const cancelled = new Int32Array(request.cancelled);
  try {
    for await (const batch of model.evaluate(request.texts, request.task)) {
      post({ type: 'batch', window, answer: batch }, [batch.values.buffer as ArrayBuffer]);
      if (Atomics.load(cancelled, 0) !== 0) break;
    }
    post({ type: 'done', window });
  } catch (thrown) {
    post({ type: 'done', window, error: toAssayError(thrown, 'RUNNER_FAILED').toData() });
  }
}

async function serve(): Promise<void> {
  let model: TextModel;
  try {
    model = await load(workerData as ModelThreadSettings);
  } catch (thrown) {
    post({ type: 'not_ready', error: toAssayError(thrown, 'MODEL_LOAD').toData() });
    port.close();
    return;
  }
  let last = Promise.resolve();
  port.on('message', (request: RequestMessage) => {
    last = last.then(async () => {
      if (request.type === 'window') return answer(model, request);
      await model.close();
      port.close();
    });
  });
  post({ type: 'ready', info: model.info });
}

await serve();
