import type { SourcePlace } from '../errors/assay-error.ts';
import type { ConfigPath } from './config-path.ts';
import type { Finding } from './finding.ts';
import type { EvaluationConfig } from './schema/evaluation-config.ts';

/** Judges that are one of the judged models: they may prefer their own answers, and nothing in their scores would say so. */
export function ownJudgeFindings(config: EvaluationConfig, placeOf: (path: ConfigPath) => SourcePlace): Finding[] {
  // What only has outputs is asked nothing: its name is not that of weights.
  const judged = config.models.filter(({ runner }) => runner !== 'outputs');
  return config.algorithms.flatMap(({ options }, i): Finding[] =>
    [options.judge ?? [], options.judges ?? []].flat(2).flatMap((judge): Finding[] => {
      const names = namesOf(judge);
      const own = judged.find((model) => namesOf(model).some((name) => names.includes(name)));
      if (own === undefined) return [];
      return [
        {
          severity: 'warning',
          code: 'JUDGE_OWN_MODEL',
          message: `the judge is the judged model "${own.name}" itself: it may prefer its own answers`,
          at: placeOf(['algorithms', i, 'judge']),
          hint: 'take another model as the judge, or label answers of several models: `assay judge audit RUN` measures self-preference',
        },
      ];
    }),
  );
}

/** What a model goes by: its name, and that of its weights or endpoint. */
function namesOf(model: unknown): string[] {
  if (typeof model === 'string') return [model];
  const block = objectOf(model);
  const found = [
    ...[block.name, block.model_id, block.endpoint_name],
    ...[objectOf(block.local).model, objectOf(block.local).model_id],
    ...[objectOf(block.openai).model, objectOf(block.bedrock).model_id, objectOf(block.sagemaker).endpoint_name],
  ];
  return found.filter((name): name is string => typeof name === 'string');
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
