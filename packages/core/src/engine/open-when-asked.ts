import type { DescribedRunner } from '../runner/described-runner.ts';
import type { Runner } from '../runner/runner.ts';
import { runnerMethod } from '../runner/runner-method.ts';

/** A runner that opens another at its first question; where there is none, the other stays unopened. */
export interface RunnerWhenAsked {
  readonly runner: Runner;
  /** Opens it now. */
  readonly ready: () => Promise<void>;
}

/** @param open called once at most */
export function openWhenAsked(described: DescribedRunner, open: () => Promise<Runner>): RunnerWhenAsked {
  let opening: Promise<Runner> | undefined;
  let answering: Runner | undefined;
  const opened = async (): Promise<Runner> => {
    opening ??= open();
    answering = await opening;
    return answering;
  };
  const { pass, ...known } = described;
  const runner: Runner = {
    version: 2,
    ...known,
    async *generate(prompts, options) {
      yield* runnerMethod(await opened(), 'generate')(prompts, options);
    },
    async *logProbabilities(requests, options) {
      yield* runnerMethod(await opened(), 'logProbabilities')(requests, options);
    },
    reading: () => answering?.reading?.(),
    close: async () => {
      if (opening === undefined) return pass?.();
      const open = await opening.catch(() => undefined);
      await open?.close?.();
    },
  };
  // Which of these a model of texts has shows once it is open, as it is before its first question.
  for (const method of ['embed', 'classify'] as const) {
    Object.defineProperty(runner, method, { get: () => answering?.[method]?.bind(answering) });
  }
  const ready = async (): Promise<void> => {
    await opened();
  };
  return { runner, ready };
}
