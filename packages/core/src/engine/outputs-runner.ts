import type { Failed, Runner, Stream } from '../runner/runner.ts';

/** Stands where the dataset holds the outputs: whatever the dataset does not answer is a failure that says so. */
export function outputsRunner(): Runner {
  return {
    version: 1,
    id: 'outputs',
    capabilities: new Set(['generate', 'logProbability']),
    generate: refuse,
    logProbabilities: refuse,
    embed: refuse,
    classify: refuse,
    close: async () => {},
  };
}

async function* refuse(requests: Stream<{ readonly id: string }>): AsyncGenerator<Failed> {
  for await (const { id } of requests) {
    yield {
      id,
      ok: false,
      state: 'failed',
      error: {
        code: 'RUNNER_NO_ANSWER',
        message: 'the row holds no output of the model, and no model is configured to ask',
        hint: 'Set dataset.model_output_key, or give the model a runner.',
        retryable: false,
      },
    };
  }
}
