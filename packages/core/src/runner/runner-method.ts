import { AssayError } from '../errors/assay-error.ts';
import type { Runner, RunnerMethod } from './runner.ts';

const PLAIN: Readonly<Record<RunnerMethod, string>> = {
  generate: 'generate text',
  logProbabilities: 'give log-probabilities',
  embed: 'embed texts',
  classify: 'classify texts',
};

/** A method of a runner, to be called by itself. @throws AssayError RUNNER_CAPABILITY where the runner lacks it */
export function runnerMethod<Method extends RunnerMethod>(runner: Runner, method: Method): NonNullable<Runner[Method]> {
  const own = runner[method];
  if (own === undefined) throw lacks(runner, method);
  return own.bind(runner) as NonNullable<Runner[Method]>;
}

/** What a runner can be asked for. */
export function runnerMethods(runner: Runner): RunnerMethod[] {
  return (Object.keys(PLAIN) as RunnerMethod[]).filter((method) => runner[method] !== undefined);
}

function lacks(runner: Runner, method: RunnerMethod): AssayError {
  const can = runnerMethods(runner);
  const known = can.length === 0 ? '' : `; this one can ${can.map((each) => PLAIN[each]).join(' and ')}`;
  return new AssayError('RUNNER_CAPABILITY', `${runner.id} cannot ${PLAIN[method]}`, {
    hint: runner.hints?.[method] ?? `Use a model that can ${PLAIN[method]}${known}.`,
  });
}
