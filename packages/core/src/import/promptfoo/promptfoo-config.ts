import { compileArithmetic } from '../../algorithms/arithmetic.ts';
import type { DerivedMetric } from '../../algorithms/derived-metrics.ts';
import { GRADED_TYPES } from '../../algorithms/graded-checks.ts';
import { ENCODED_TYPES, REPLY_TYPES } from '../../algorithms/reply-checks.ts';
import { CODE_TYPES, LEFT_OUT } from '../../algorithms/row-check-schema.ts';
import { metricScore } from '../../algorithms/row-checks.ts';
import { SQL_PARSER } from '../../algorithms/sql-check.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { IMPORTED_DATA } from '../write-imported.ts';
import type { ImportedModel } from './imported-model.ts';
import type { ImportedCheck } from './promptfoo-assertions.ts';
import { type ImportedPrompt, renderedColumn } from './promptfoo-prompts.ts';
import { type Row, record } from './promptfoo-rows.ts';
import { parametersOf } from './provider-parameters.ts';
import type { RowGraders } from './row-graders.ts';

type Keys = Readonly<Record<string, unknown>>;
type PlaceOf = (path: readonly (string | number)[]) => SourcePlace;

/** What an import makes of a config, all of it carried over or told. */
export interface PromptfooParts {
  readonly name: string;
  readonly content: Keys;
  readonly prompts: readonly ImportedPrompt[];
  readonly models: readonly ImportedModel[];
  readonly rows: readonly Row[];
  /** Who decides where a row names nobody. */
  readonly graders: RowGraders;
  readonly allowPartial: boolean;
  /** Prices of the user's, which go before those of the config. */
  readonly priceTable: Keys | undefined;
}

/** The config of ours. */
export function configOf(
  { name, content, prompts, models, rows, graders, allowPartial, priceTable }: PromptfooParts,
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
  tellUndecided(rows, graders, findings, placeOf(['tests']));
  const prices = Object.assign({}, ...models.map((model) => model.prices ?? {})) as Keys;
  if (types.has('cost') && Object.keys(prices).length === 0 && priceTable === undefined) {
    findings.warn(
      'cost needs the prices of tokens, and its rows will be unscored: promptfoo has its own',
      placeOf(['tests']),
      'name your price file: --prices FILE',
    );
  }
  if (types.has('is-sql'))
    findings.note(
      `is-sql needs ${SQL_PARSER} beside assay, else its rows are unscored: npm install ${SQL_PARSER}`,
      placeOf(['tests']),
    );
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
  const derived = derivedOf(content.derivedMetrics, findings, placeOf);
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
        ...(derived.length === 0 ? {} : { derived }),
        ...helpersOf(rows, graders),
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

/** Figures over all rows, by formulas. */
function derivedOf(written: unknown, findings: ImportFindings, placeOf: PlaceOf): DerivedMetric[] {
  return [written ?? []].flat().flatMap((entry: unknown, i): DerivedMetric[] => {
    const at = placeOf(['derivedMetrics', i]);
    const { name, value } = record(entry);
    try {
      if (typeof name !== 'string' || typeof value !== 'string' || value.startsWith('file://')) {
        findings.warn(`the derived metric ${String(name)} is code, which is not carried over`, at);
        return [];
      }
      compileArithmetic(value);
      return [{ name, value }];
    } catch (thrown) {
      findings.failure(thrown, at);
      return [];
    }
  });
}

const baseOf = ({ type }: ImportedCheck): string => type.replace(/^not-/, '');
const isJudged = (check: ImportedCheck): boolean =>
  GRADED_TYPES.includes(baseOf(check)) || REPLY_TYPES.includes(baseOf(check));
const isEncoded = (check: ImportedCheck): boolean => ENCODED_TYPES.has(baseOf(check));

/** Checks that nobody decides: no model stands in unasked. */
function tellUndecided(
  rows: readonly Row[],
  { judge, encoder }: RowGraders,
  findings: ImportFindings,
  at: SourcePlace,
): void {
  const checks = rows.flatMap(({ checks: each }) => checkList(each));
  const tell = (of: readonly ImportedCheck[], what: string, hint: string): void => {
    const types = [...new Set(of.map(baseOf))];
    if (types.length === 0) return;
    const verb = types.length === 1 ? 'has' : 'have';
    findings.warn(
      `${types.join(', ')} ${verb} no ${what}, and the rows will be unscored: promptfoo would ask a model of its own choice`,
      at,
      hint,
    );
  };
  if (judge === undefined)
    tell(
      checks.filter((check) => isJudged(check) && check.judge === undefined),
      'judge',
      'name one: --judge PROVIDER, such as openai:gpt-4.1, or `judge` of the assertions',
    );
  if (encoder === undefined)
    tell(
      checks.filter((check) => isEncoded(check) && check.encoder === undefined),
      'encoder',
      'name one: --encoder PROVIDER, such as openai:embedding:text-embedding-3-small, or a local one: --encoder all-MiniLM-L6-v2',
    );
}

/** The judge and the encoder of checks that name none; the others by their blocks. */
function helpersOf(rows: readonly Row[], { judge, encoder }: RowGraders): Keys {
  const checks = rows.flatMap(({ checks: each }) => checkList(each));
  const [judged, encoded] = [checks.filter(isJudged), checks.filter(isEncoded)];
  const encoders = [...new Set(encoded.flatMap((check) => check.encoder ?? []))];
  const judges = [...new Set(judged.flatMap((check) => check.judge ?? []))];
  return {
    ...(encoder !== undefined && encoded.some((check) => check.encoder === undefined) ? { encoder } : {}),
    ...(encoders.length === 0 ? {} : { encoders }),
    ...(typeof judge === 'string' && judged.some((check) => check.judge === undefined) ? { judge } : {}),
    ...(judges.length === 0 ? {} : { judges }),
  };
}

function hasCode({ checks }: Row): boolean {
  const list = checkList(checks);
  if (isRecord(checks) && ('transform' in checks || 'scoring' in checks)) return true;
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
