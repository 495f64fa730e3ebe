import { answerFilter } from '../../algorithms/answer-filters.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { PythonFunctions } from './python-functions.ts';
import { lmEvalScoreKey } from './score-key.ts';
import { functionsIn, type OutputType, type TaskSettings } from './task-settings.ts';

/** What each metric must be added up by; what a type has beyond these is not carried over. */
const METRICS: Readonly<Record<OutputType, Readonly<Record<string, string>>>> = {
  multiple_choice: {
    acc: 'mean',
    acc_norm: 'mean',
    acc_bytes: 'mean',
    exact_match: 'mean',
    brier_score: 'brier_score',
    f1: 'f1',
    mcc: 'matthews_corrcoef',
  },
  loglikelihood: { acc: 'mean', perplexity: 'perplexity' },
  loglikelihood_rolling: {
    word_perplexity: 'weighted_perplexity',
    byte_perplexity: 'weighted_perplexity',
    bits_per_byte: 'bits_per_byte',
  },
  generate_until: { exact_match: 'mean', bleu: 'bleu', chrf: 'chrf', 'chrf++': 'chrf++', ter: 'ter' },
};
const DEFAULTS: Readonly<Record<OutputType, readonly string[]>> = {
  multiple_choice: ['acc', 'acc_norm'],
  loglikelihood: ['perplexity', 'acc'],
  loglikelihood_rolling: ['word_perplexity', 'byte_perplexity', 'bits_per_byte'],
  generate_until: ['exact_match'],
};
const MATCH_OPTIONS: ReadonlySet<string> = new Set([
  ...['ignore_case', 'ignore_punctuation', 'ignore_numbers', 'regexes_to_ignore'],
]);
const SELECTING: ReadonlySet<unknown> = new Set(['take_first']);

type Entry = Record<string, unknown>;

interface Metric {
  readonly name: string;
  /** An F1 by an average of the harness's own. */
  readonly isAveraged: boolean;
  readonly options: Entry;
  readonly at: SourcePlace;
}

interface Pipeline {
  readonly name: string;
  readonly filters: readonly Entry[];
}

export interface TaskAlgorithms {
  /** Entries of `algorithms`. */
  readonly algorithms: readonly Entry[];
  /** The harness's scores by the names that they are compared by, with ours. */
  readonly scores: Readonly<Record<string, string>>;
}

/** The task's metrics as algorithms of ours. @param delimiter between several acceptable answers; null for one */
export function taskAlgorithms(
  settings: TaskSettings,
  type: OutputType,
  delimiter: string | null,
  functions: PythonFunctions,
  findings: ImportFindings,
): TaskAlgorithms {
  const task = settings.text('task') ?? 'task';
  const metrics = metricsOf(settings, type, functions, findings);
  if (metrics.length === 0) {
    findings.error('none of the task’s metrics can be carried over', settings.placeOf('metric_list'));
    return { algorithms: [], scores: {} };
  }
  // What is averaged otherwise has another name here, and its documents say another thing.
  const names = metrics.filter(({ isAveraged }) => !isAveraged).map(({ name }) => name);
  if (type === 'multiple_choice') {
    const separator = settings.text('target_delimiter') ?? ' ';
    return only(task, { algorithm: 'multiple_choice', compat: 'lm-eval', separator }, names);
  }
  if (type !== 'generate_until') {
    const of = type === 'loglikelihood' ? 'target_output' : 'model_input';
    return only(task, { algorithm: 'perplexity', compat: 'lm-eval', of }, [...names, 'log_likelihood']);
  }
  const pipelines = pipelinesOf(settings, findings);
  const algorithms = pipelines.flatMap(({ name, filters }) => {
    const alias = pipelines.length > 1 ? { name } : {};
    return generated(metrics, filters, alias, delimiter, findings).map((entry) => ({ filter: name, entry }));
  });
  if (algorithms.length === 0) {
    findings.error('none of the task’s metrics can be carried over with its filters', settings.placeOf('filter_list'));
  }
  const scores = algorithms.flatMap(({ filter, entry }) => {
    const label = String(entry.name ?? entry.algorithm);
    return (GENERATED[String(entry.algorithm)] ?? [])
      .filter(([metric]) => names.includes(metric))
      .map(([metric, score]) => [lmEvalScoreKey(task, metric, filter), `${label}.${score}`] as const);
  });
  return { algorithms: algorithms.map(({ entry }) => entry), scores: Object.fromEntries(scores) };
}

/** The metrics that an algorithm stands for, with its scores. */
const GENERATED: Readonly<Record<string, readonly (readonly [metric: string, score: string])[]>> = {
  exact_match: [['exact_match', 'exact_match']],
  translation: [
    ['bleu', 'corpus_bleu'],
    ['chrf', 'corpus_chrf'],
    ['chrf++', 'corpus_chrf'],
    ['ter', 'corpus_ter'],
  ],
};

/** One algorithm whose scores have the harness's own names. */
function only(task: string, entry: Entry, metrics: readonly string[]): TaskAlgorithms {
  const scores = metrics.map((name) => [lmEvalScoreKey(task, name, 'none'), `${String(entry.algorithm)}.${name}`]);
  return { algorithms: [entry], scores: Object.fromEntries(scores) };
}

function generated(
  metrics: readonly Metric[],
  filters: readonly Entry[],
  alias: Entry,
  delimiter: string | null,
  findings: ImportFindings,
): Entry[] {
  const exact = metrics.find(({ name }) => name === 'exact_match');
  const entries: Entry[] = [];
  if (exact !== undefined) {
    entries.push({
      algorithm: 'exact_match',
      ...alias,
      target_output_delimiter: delimiter,
      ...(filters.length === 0 ? {} : { filters }),
      ...exact.options,
    });
  }
  const [first, ...others] = metrics.filter(({ name }) => name !== 'exact_match');
  if (first === undefined) return entries;
  if (filters.length > 0 || delimiter !== null) {
    const why = delimiter === null ? 'after filters that change the answer' : 'of several acceptable answers';
    for (const { name, at } of [first, ...others]) findings.warn(`${name} ${why} is not carried over`, at);
    return entries;
  }
  const words = [first, ...others].some(({ name }) => name === 'chrf++') ? { chrf_word_order: 2 } : {};
  entries.push({ algorithm: 'translation', ...alias, target_output_delimiter: null, ...words });
  return entries;
}

function metricsOf(
  settings: TaskSettings,
  type: OutputType,
  functions: PythonFunctions,
  findings: ImportFindings,
): Metric[] {
  const field = settings.field('metric_list');
  const at = settings.placeOf('metric_list');
  if (field === undefined) return DEFAULTS[type].map((name) => ({ name, isAveraged: false, options: {}, at }));
  if (!Array.isArray(field.value)) {
    findings.error('metric_list is no list', at);
    return [];
  }
  return field.value.flatMap((entry: unknown, position): Metric[] => {
    const place = (...path: string[]) => field.placeOf([position, ...path]);
    const { metric, aggregation, higher_is_better: _, hf_evaluate: fromHub, ...options } = isRecord(entry) ? entry : {};
    const [code] = functionsIn(metric);
    if (code !== undefined) {
      findings.warn(`a metric is Python code (!function ${code.name}), which is never run here`, place('metric'));
      return [];
    }
    const name = String(metric);
    const expected = METRICS[type][name];
    // What `evaluate` would compute counts for generated answers alone.
    if (expected === undefined || (fromHub === true && type === 'generate_until')) {
      findings.warn(`the metric ${name} of ${type} is not carried over`, place('metric'));
      return [];
    }
    const average = name === 'f1' ? averageOfF1(aggregation, functions, place('aggregation')) : undefined;
    if (average !== undefined) {
      const ours = average === 'micro' ? 'acc' : 'weighted_f1';
      findings.note(`${name} averaged by ${average} is ${ours} here`, place('aggregation'));
    } else if (aggregation !== undefined && aggregation !== expected) {
      const shown = functionsIn(aggregation)[0]?.name ?? String(aggregation);
      findings.warn(
        `${name} is not carried over: it is added up by ${shown}, not by ${expected}`,
        place('aggregation'),
      );
      return [];
    }
    const isAveraged = average !== undefined;
    return [{ name, isAveraged, options: matchOptions(type, name, options, place, findings), at: place('metric') }];
  });
}

/** The average of `f1_score` that an aggregation of lm-evaluation-harness's own takes. */
function averageOfF1(
  aggregation: unknown,
  functions: PythonFunctions,
  at: SourcePlace,
): 'weighted' | 'micro' | undefined {
  const [reference] = functionsIn(aggregation);
  if (reference === undefined) return undefined;
  return (['weighted', 'micro'] as const).find((average) => functions.isLike(reference, F1_BY[average], at));
}

const f1By = (average: string, zip: string): string => `
def f(items):
    unzipped_list = list(${zip})
    golds = unzipped_list[0]
    preds = unzipped_list[1]
    fscore = f1_score(golds, preds, average="${average}")
    return fscore
`;
const F1_BY = {
  weighted: [f1By('weighted', 'zip(*items)'), `from lm_eval.utils import weighted_f1_score as f`],
  micro: [f1By('micro', 'zip(*items)')],
};

function matchOptions(
  type: OutputType,
  metric: string,
  options: Entry,
  place: (...path: string[]) => SourcePlace,
  findings: ImportFindings,
): Entry {
  const kept: Entry = {};
  for (const [key, value] of Object.entries(options)) {
    if (metric === 'exact_match' && MATCH_OPTIONS.has(key)) {
      if (value !== false && value !== null) kept[key] = key === 'regexes_to_ignore' ? [value].flat() : value;
    } else if (type !== 'generate_until')
      findings.note(`${key} of the metric ${metric} does nothing there`, place(key));
    else findings.warn(`${key} of the metric ${metric} is not carried over`, place(key));
  }
  return kept;
}

/** The filter pipelines that can be carried over; without any the answers as they are. */
function pipelinesOf(settings: TaskSettings, findings: ImportFindings): Pipeline[] {
  const field = settings.field('filter_list');
  if (field === undefined) return [{ name: 'none', filters: [] }];
  if (!Array.isArray(field.value)) {
    findings.error('filter_list is no list', field.placeOf());
    return [];
  }
  return field.value.flatMap((entry: unknown, position): Pipeline[] => {
    const { name, filter } = isRecord(entry) ? entry : {};
    const filters: Entry[] = [];
    for (const [step, each] of (Array.isArray(filter) ? filter : []).entries()) {
      const at = field.placeOf([position, 'filter', step]);
      if (isRecord(each) && SELECTING.has(each.function)) continue;
      const [code] = functionsIn(each);
      const parsed = answerFilter.safeParse(each);
      if (parsed.success && code === undefined) {
        filters.push(each as Entry);
        continue;
      }
      const shown = code === undefined ? String(isRecord(each) ? each.function : each) : `!function ${code.name}`;
      const reason = parsed.success || code !== undefined ? '' : `: ${parsed.error.issues[0]?.message}`;
      findings.warn(`the filter "${String(name)}" is not carried over, for its step ${shown}${reason}`, at);
      return [];
    }
    return [{ name: String(name), filters }];
  });
}
