import { AssayError } from '../errors/assay-error.ts';
import { isBatched } from './is-batched.ts';
import { judgeBlock } from './judge-block.ts';
import type { ValidConfig } from './load-config.ts';
import { type ResolvedModel, resolveRunners } from './resolve-runners.ts';
import { modelConfig } from './schema/model-config.ts';

/**
 * The model that an `llm_judge` names: one of the config's models, a local model, or a block (as JSON).
 * @throws AssayError CONFIG_INVALID, CONFIG_MISSING_BLOCK
 */
export function resolveJudge(loaded: ValidConfig, judge: string): ResolvedModel {
  const known = loaded.config.models.findIndex(({ name }) => name === judge);
  if (known !== -1) return atOnce(resolveRunners(loaded)[known]!);
  const block = judgeBlock(judge) ?? { runner: 'local', model_id: judge };
  const parsed = modelConfig.safeParse({ name: 'judge', ...block });
  if (!parsed.success) throw new AssayError('CONFIG_INVALID', `judge: ${parsed.error.issues[0]!.message}`);
  return atOnce(resolveRunners({ ...loaded, config: { ...loaded.config, models: [parsed.data] } })[0]!);
}

/** A judge is asked about an answer once that is there, and a batch takes up to a day. */
function atOnce(judge: ResolvedModel): ResolvedModel {
  if (!isBatched(judge)) return judge;
  throw new AssayError('CONFIG_INVALID', `${judge.name} answers in batches, and a judge must answer at once`, {
    hint: 'Name the judge by a block of its own, without `mode`.',
  });
}
