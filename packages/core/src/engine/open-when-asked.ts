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
  const opened = (): Promise<Runner> => {
    opening ??= open();
    return opening;
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
    close: async () => {
      if (opening === undefined) return pass?.();
      const open = await opening.catch(() => undefined);
      await open?.close?.();
    },
  };
  const ready = async (): Promise<void> => {
    await opened();
  };
  return { runner, ready };
}
