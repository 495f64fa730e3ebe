import { GRADED_TYPES } from '../../algorithms/graded-checks.ts';
import { CODE_TYPES, LEFT_OUT } from '../../algorithms/row-check-schema.ts';
import { metricScore } from '../../algorithms/row-checks.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { IMPORTED_DATA } from '../write-imported.ts';
import type { ImportedModel } from './imported-model.ts';
import type { ImportedCheck } from './promptfoo-assertions.ts';
import { type ImportedPrompt, renderedColumn } from './promptfoo-prompts.ts';
import { type Row, record } from './promptfoo-rows.ts';
import { parametersOf } from './provider-parameters.ts';

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
  readonly judge: ImportedModel | string | null | undefined;
  readonly allowPartial: boolean;
  /** Prices of the user's, which go before those of the config. */
  readonly priceTable: Keys | undefined;
}

/** The config of ours. */
export function configOf(
  { name, content, prompts, models, rows, judge, allowPartial, priceTable }: PromptfooParts,
  findings: ImportFindings,
  placeOf: PlaceOf,
): Keys {
  const asked = models.flatMap((model) =>
    [...prompts.entries()]
      .filter(([, { label }]) => model.prompts === undefined || model.prompts.includes(label))
      .map(([position, prompt]) =>
        model.keys.runner === 'outputs'
          ? echoOf(model, prompt, position, prompts.length > 1)
          : modelOf(model, prompt, prompts.length > 1, findings, placeOf(['prompts'])),
      ),
  );
  const types = new Set(rows.flatMap(({ checks }) => checkList(checks).map(({ type }) => type.replace(/^not-/, ''))));
  const graded = [...types].filter((type) => GRADED_TYPES.includes(type));
  if (graded.length > 0 && judge === undefined) {
    findings.warn(
      `${graded.join(', ')} ${graded.length === 1 ? 'has' : 'have'} no judge, and the rows will be unscored: promptfoo would ask a model of its own choice`,
      placeOf(['tests']),
      'name one: --judge PROVIDER, such as openai:gpt-4.1, or `judge` of the assertions',
    );
  }
  const prices = Object.assign({}, ...models.map((model) => model.prices ?? {})) as Keys;
  if (types.has('cost') && Object.keys(prices).length === 0 && priceTable === undefined) {
    findings.warn(
      'cost needs the prices of tokens, and its rows will be unscored: promptfoo has its own',
      placeOf(['tests']),
      'name your price file: --prices FILE',
    );
  }
  if (types.has('rouge-n')) {
    findings.note('rouge-n is ROUGE-1 over nltk’s words here, js-rouge’s in promptfoo', placeOf(['tests']));
  }
  const options = record(content.evaluateOptions);
  for (const key of Object.keys(options)) {
    if (!['repeat', 'maxConcurrency', 'cache', 'showProgressBar', 'delay'].includes(key)) {
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
      ...(models.some(({ keys }) => keys.runner === 'outputs') ? { model_output_key: renderedColumn(0) } : {}),
      ...(rows.some((row) => 'target_output' in row) ? { target_output_key: 'target_output' } : {}),
    },
    models: asked.map((model: Record<string, unknown>) =>
      model.runner === 'outputs' ? model : { ...model, ...concurrency },
    ),
    algorithms: [
      {
        algorithm: 'assertions',
        checks_field: 'checks',
        ...(metrics.length === 0 ? {} : { metrics }),
        ...encodersOf(rows),
        ...(graded.length > 0 && judge !== undefined && judge !== null ? { judge: judgeOf(judge) } : {}),
        ...(rows.some(hasCode) ? { code: true } : {}),
        ...(allowPartial && types.has(LEFT_OUT) ? { partial: true } : {}),
      },
    ],
    ...(typeof options.repeat === 'number' && options.repeat > 1 ? { repeat: options.repeat } : {}),
    ...(priceTable === undefined && Object.keys(prices).length === 0
      ? {}
      : { prices: { currency: 'USD', ...priceTable, tokens: { ...prices, ...record(priceTable?.tokens) } } }),
    ...(options.cache === false ? { cache: false } : {}),
    imported_from: { tool: 'promptfoo', scores: sourceScores(metrics) },
  };
}

/** The embedded encoder, for checks that name none; the others by their blocks. */
function encodersOf(rows: readonly Row[]): Keys {
  const similar = rows
    .flatMap(({ checks }) => checkList(checks))
    .filter(({ type }) => type.replace(/^not-/, '') === 'similar');
  const encoders = [...new Set(similar.flatMap(({ encoder }) => encoder ?? []))];
  return {
    ...(similar.some(({ encoder }) => encoder === undefined) ? { encoder: ENCODER } : {}),
    ...(encoders.length === 0 ? {} : { encoders }),
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

/** A model whose answer is what it is asked. */
function echoOf(
  { name, keys }: ImportedModel,
  { label }: ImportedPrompt,
  position: number,
  isOneOfMany: boolean,
): Record<string, unknown> {
  return { name: isOneOfMany ? `${name} / ${label}` : name, ...keys, model_output_key: renderedColumn(position) };
}

function modelOf(
  { name, keys, parameters: own, settings, by }: ImportedModel,
  prompt: ImportedPrompt,
  isOneOfMany: boolean,
  findings: ImportFindings,
  at: SourcePlace,
): Record<string, unknown> {
  const leftOut = (key: string) => findings.warn(`config.${key} of the prompt ${prompt.label} is not carried over`, at);
  const ofPrompt = prompt.config === undefined || by === undefined ? {} : parametersOf(prompt.config, by, leftOut);
  const parameters = { ...own, ...ofPrompt };
  return {
    name: isOneOfMany ? `${name} / ${prompt.label}` : name,
    ...keys,
    evaluation_config: {
      prompt_template: prompt.template,
      ...settings,
      ...(prompt.system === undefined ? {} : { system_prompt: prompt.system }),
      ...(prompt.isJson === true ? { chat: 'json' } : {}),
      ...(Object.keys(parameters).length === 0 ? {} : { inference_parameters: parameters }),
    },
  };
}

function checkList(checks: unknown): readonly ImportedCheck[] {
  return (isRecord(checks) ? checks.checks : checks) as readonly ImportedCheck[];
}
