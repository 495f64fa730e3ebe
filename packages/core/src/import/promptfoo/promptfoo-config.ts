import { CODE_TYPES, LEFT_OUT } from '../../algorithms/row-check-schema.ts';
import { metricScore } from '../../algorithms/row-checks.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { IMPORTED_DATA } from '../write-imported.ts';
import type { ImportedCheck } from './promptfoo-assertions.ts';
import type { ImportedPrompt } from './promptfoo-prompts.ts';
import type { ImportedModel } from './promptfoo-providers.ts';
import { type Row, record } from './promptfoo-rows.ts';

type Keys = Readonly<Record<string, unknown>>;
type PlaceOf = (path: readonly (string | number)[]) => SourcePlace;

const ENCODER = 'all-MiniLM-L6-v2';

/** What an import makes of a config, all of it carried over or told. */
export interface PromptfooParts {
  readonly name: string;
  readonly content: Keys;
  readonly prompts: readonly ImportedPrompt[];
  readonly models: readonly ImportedModel[];
  readonly rows: readonly Row[];
  /** Decides model-graded assertions. */
  readonly judge: ImportedModel | string | undefined;
  readonly allowPartial: boolean;
}

/** The config of ours. */
export function configOf(
  { name, content, prompts, models, rows, judge, allowPartial }: PromptfooParts,
  findings: ImportFindings,
  placeOf: PlaceOf,
): Keys {
  const asked = models.flatMap((model) =>
    prompts
      .filter(({ label }) => model.prompts === undefined || model.prompts.includes(label))
      .map((prompt) => modelOf(model, prompt, prompts.length > 1)),
  );
  const types = new Set(rows.flatMap(({ checks }) => checkList(checks).map(({ type }) => type.replace(/^not-/, ''))));
  if (types.has('llm-rubric') && judge === undefined) {
    findings.warn(
      'llm-rubric has no judge, and its rows will be unscored: promptfoo would ask a model of its own choice',
      placeOf(['tests']),
      'name one: --judge PROVIDER, such as openai:gpt-4.1, or `judge` of the assertions',
    );
  }
  if (types.has('rouge-n')) {
    findings.note('rouge-n is ROUGE-1 over nltk’s words here, js-rouge’s in promptfoo', placeOf(['tests']));
  }
  const options = record(content.evaluateOptions);
  for (const key of Object.keys(options)) {
    if (!['repeat', 'maxConcurrency', 'cache', 'showProgressBar'].includes(key)) {
      findings.warn(`evaluateOptions.${key} is not carried over`, placeOf(['evaluateOptions', key]));
    }
  }
  const metrics = [...new Set(rows.flatMap(({ checks }) => checkList(checks).flatMap(({ metric }) => metric ?? [])))];
  const concurrency =
    typeof options.maxConcurrency === 'number' ? { limits: { max_concurrency: options.maxConcurrency } } : {};
  return {
    dataset: {
      dataset_name: name,
      input_data_location: IMPORTED_DATA,
      model_input_key: 'model_input',
      ...(rows.some((row) => 'target_output' in row) ? { target_output_key: 'target_output' } : {}),
    },
    models: asked.map((model) => ({ ...model, ...concurrency })),
    algorithms: [
      {
        algorithm: 'assertions',
        checks_field: 'checks',
        ...(metrics.length === 0 ? {} : { metrics }),
        ...(types.has('similar') ? { encoder: ENCODER } : {}),
        ...(types.has('llm-rubric') && judge !== undefined ? { judge: judgeOf(judge) } : {}),
        ...(rows.some(hasCode) ? { code: true } : {}),
        ...(allowPartial && types.has(LEFT_OUT) ? { partial: true } : {}),
      },
    ],
    ...(typeof options.repeat === 'number' && options.repeat > 1 ? { repeat: options.repeat } : {}),
    ...(options.cache === false ? { cache: false } : {}),
    imported_from: { tool: 'promptfoo', scores: sourceScores(metrics) },
  };
}

/** As helper models are named: a model's name, or its block as JSON. */
function judgeOf(judge: ImportedModel | string): string {
  if (typeof judge === 'string') return judge;
  const { keys, parameters } = judge;
  const settings =
    Object.keys(parameters).length === 0 ? {} : { evaluation_config: { inference_parameters: parameters } };
  return JSON.stringify({ ...keys, ...settings });
}

function hasCode({ checks }: Row): boolean {
  const list = checkList(checks);
  if (isRecord(checks) && 'transform' in checks) return true;
  return list.some(({ type, transform }) => transform !== undefined || CODE_TYPES.has(type.replace(/^not-/, '')));
}

/** promptfoo's verdict, score and named scores, as its output is read, with ours. */
function sourceScores(metrics: readonly string[]): Record<string, string> {
  const named = metrics.map((name) => [`metric.${metricScore(name)}`, `assertions.${metricScore(name)}`] as const);
  return {
    'promptfoo.pass': 'assertions.all_assertions',
    'promptfoo.score': 'assertions.assertions_passed',
    ...Object.fromEntries(named),
  };
}

function modelOf(
  { name, keys, parameters, settings }: ImportedModel,
  prompt: ImportedPrompt,
  isOneOfMany: boolean,
): Record<string, unknown> {
  return {
    name: isOneOfMany ? `${name} / ${prompt.label}` : name,
    ...keys,
    evaluation_config: {
      prompt_template: prompt.template,
      ...settings,
      ...(prompt.system === undefined ? {} : { system_prompt: prompt.system }),
      ...(Object.keys(parameters).length === 0 ? {} : { inference_parameters: parameters }),
    },
  };
}

function checkList(checks: unknown): readonly ImportedCheck[] {
  return (isRecord(checks) ? checks.checks : checks) as readonly ImportedCheck[];
}
