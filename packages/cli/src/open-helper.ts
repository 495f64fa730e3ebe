import { AssayError, type DescribeHelper, type OpenHelper, resolveJudge, type ValidConfig } from '@assay/core';
import { besideConfig, loadHooks, openRunner, type RunnerContext } from './open-runner.ts';

export interface HelperOpeners {
  readonly openHelper: OpenHelper;
  readonly describeHelper: DescribeHelper;
}

/** How this command opens helper models: classifiers and encoders in process, a judge by its runner. */
export function helperOpeners(config: ValidConfig, context: RunnerContext): HelperOpeners {
  const local = (model: string | undefined) => (model === undefined ? undefined : besideConfig(model, config.baseDir));
  const hooks = loadHooks(context.progress);
  const options = () => ({ hooks, signal: context.signal?.() });
  return {
    openHelper: async (kind, model) => {
      if (kind === 'judge') {
        const { openJudge } = await import('./open-judge.ts');
        const judge = resolveJudge(config, named(model));
        return openJudge(judge, await openRunner(judge, context));
      }
      const { openLocalHelper } = await import('@assay/runner-local');
      return openLocalHelper(kind, local(model), options());
    },
    describeHelper: async (kind, model) => {
      if (kind === 'judge') {
        const { describeJudge } = await import('./open-judge.ts');
        return describeJudge(resolveJudge(config, named(model)), context);
      }
      const { describeLocalHelper } = await import('@assay/runner-local');
      return describeLocalHelper(kind, local(model), options());
    },
  };
}

function named(model: string | undefined): string {
  if (model !== undefined) return model;
  throw new AssayError('CONFIG_INVALID', 'a judge needs a model');
}
