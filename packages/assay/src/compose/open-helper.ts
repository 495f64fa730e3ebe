import { AssayError, type DescribeHelper, type OpenHelper, resolveJudge, type ValidConfig } from '@assay/core';
import { besideConfig } from './beside-config.ts';
import { loadNotices } from './load-notices.ts';
import type { OpenContext } from './open-context.ts';
import { openRunner } from './open-runner.ts';
import { localModels } from './optional-package.ts';

export interface HelperOpeners {
  readonly openHelper: OpenHelper;
  readonly describeHelper: DescribeHelper;
}

/** How a run opens helper models: classifiers and encoders in process, a judge by its runner. */
export function helperOpeners(config: ValidConfig, context: OpenContext): HelperOpeners {
  const local = (model: string | undefined) => (model === undefined ? undefined : besideConfig(model, config.baseDir));
  const hooks = loadNotices(context.notices);
  const options = () => ({ hooks, signal: context.place.signal });
  return {
    openHelper: async (kind, model) => {
      if (kind === 'judge') {
        const { openJudge } = await import('./open-judge.ts');
        const judge = resolveJudge(config, named(model));
        return openJudge(judge, await openRunner(judge, context));
      }
      if (isBlock(kind, model)) {
        const { openEmbedder } = await import('./open-embedder.ts');
        return openEmbedder(config, named(model), context);
      }
      const { openLocalHelper } = await localModels();
      return openLocalHelper(kind, local(model), options());
    },
    describeHelper: async (kind, model) => {
      if (kind === 'judge') {
        const { describeJudge } = await import('./open-judge.ts');
        return describeJudge(resolveJudge(config, named(model)), context);
      }
      if (isBlock(kind, model)) {
        const { describeEmbedder } = await import('./open-embedder.ts');
        return describeEmbedder(config, named(model), context);
      }
      const { describeLocalHelper } = await localModels();
      return describeLocalHelper(kind, local(model), options());
    },
  };
}

/** An encoder that is no local model: its block as JSON. */
function isBlock(kind: string, model: string | undefined): boolean {
  return kind === 'similarity' && model?.startsWith('{') === true;
}

function named(model: string | undefined): string {
  if (model !== undefined) return model;
  throw new AssayError('CONFIG_INVALID', 'a judge needs a model');
}
