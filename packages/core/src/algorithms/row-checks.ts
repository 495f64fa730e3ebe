import { compileFieldPath } from '../datasets/field-path.ts';
import { isRecord } from '../datasets/row-batch.ts';
import type { HelperAsk, ScoreOutcome, ScoringInput } from './algorithm.ts';
import { answerText } from './answer-text.ts';
import { type CheckCode, codeVerdict, scoringVerdict, transformed } from './code-checks.ts';
import { GRADED_TYPES, gradedAsks, gradedResult } from './graded-checks.ts';
import { parsedJson } from './json-checks.ts';
import { bleuOf, holds, isWithin, rougeOf, texts } from './output-checks.ts';
import type { AskedCheck } from './reply-check.ts';
import { REPLY_TYPES, replyAsks, replyResult } from './reply-checks.ts';
import { type CheckType, LEFT_OUT, type RowCheck, type RowChecks, rowChecks } from './row-check-schema.ts';
import { rubricAsk, rubricResult } from './rubric-prompt.ts';
import { isSql } from './sql-check.ts';
import { TEXT_LIMITS } from './text-limits.ts';
import { isValidToolCall } from './tool-call-checks.ts';

export interface RowCheckSettings {
  readonly field: string;
  readonly encoder?: string | undefined;
  /** As helper models are named: a model's name, or a block as JSON. */
  readonly judge?: string | undefined;
  /** Names of checks that have a score of their own. */
  readonly metrics?: readonly string[] | undefined;
  /** Whether checks that are code run. @default false */
  readonly code?: boolean | undefined;
  /** Whether a row of which a check was left out is scored by the others. @default false */
  readonly partial?: boolean | undefined;
  /** Whether sums of metrics are wanted, for figures that derive from them. @default false */
  readonly isDerived?: boolean | undefined;
}

const TOOL_CALLS: ReadonlySet<string> = new Set([
  ...['is-valid-openai-tools-call', 'is-valid-openai-function-call', 'is-valid-function-call'],
]);

/** The checks of a row; undefined where they cannot be read. */
function checksOf(input: Pick<ScoringInput, 'sample'>, field: string): RowChecks | undefined {
  const found = compileFieldPath(field).read(input.sample.record) ?? [];
  const parsed = rowChecks.safeParse(found);
  return parsed.success ? parsed.data : undefined;
}

/** Types of checks that a helper model decides. */
const HELPED: ReadonlySet<string> = new Set(['similar', ...GRADED_TYPES, ...REPLY_TYPES]);

/** Asks for the checks that a model decides; what some of them ask next, once `helpers` has the answers to the first. */
export function rowCheckAsks(
  input: Omit<ScoringInput, 'helpers'> & Partial<Pick<ScoringInput, 'helpers'>>,
  settings: RowCheckSettings,
): HelperAsk[] {
  const row = checksOf(input, settings.field);
  return (row?.checks ?? []).flatMap((check, i): HelperAsk[] => {
    const type = baseType(check);
    if (!HELPED.has(type)) return [];
    const checked = checkedText(input, row?.transform, check, settings);
    if ('failed' in checked) return [];
    const asked = askedOf(input, check, checked.text, settings);
    const { output, encoder, judge } = asked;
    if (type === 'similar') {
      if (output.trim() === '' || encoder === undefined) return [];
      return texts(check).map((text, j) => ({
        key: `${i}/${j}`,
        kind: 'similarity',
        model: encoder,
        a: output,
        b: text,
      }));
    }
    if (REPLY_TYPES.includes(type)) return replyAsks(type, asked, i, input.helpers ?? new Map());
    if (judge === undefined) return [];
    if (check.rubric_prompt !== undefined) return [rubricAsk(check.rubric_prompt, output, { key: String(i), judge })];
    return gradedAsks(type, check, i, { question: asked.question, output, judge });
  });
}

/** What a model decides of a check, and which. */
function askedOf(
  { sample, answers }: Omit<ScoringInput, 'helpers'>,
  check: RowCheck,
  output: string,
  { encoder, judge }: RowCheckSettings,
): AskedCheck {
  const { vars } = sample.record as { readonly vars?: unknown };
  return {
    ...{ check, output, question: askedPrompt({ sample, answers }), vars: isRecord(vars) ? vars : {} },
    ...{ judge: check.judge ?? judge, encoder: check.encoder ?? encoder },
  };
}

/** What the model was asked; of outputs that the dataset brings along, the input. */
function askedPrompt({ sample, answers }: Pick<ScoringInput, 'sample' | 'answers'>): string {
  const answer = answers.get('original');
  return (answer?.kind === 'generate' ? answer.prompt : undefined) ?? sample.features.model_input ?? '';
}

/**
 * Whether a row's own checks hold, as promptfoo adds them up: all of them, or their weighted mean against the row's
 * threshold. Similarity and overlap count with their value, every other check with 1 or 0. Where a check was left out, only the
 * share of the others is known, and not whether all hold.
 */
export function scoreRowChecks(input: ScoringInput, settings: RowCheckSettings): ScoreOutcome {
  const row = checksOf(input, settings.field);
  if (row === undefined) return { unscored: 'checks_invalid' };
  let [score, weights, held, made] = [0, 0, true, 0];
  const named = new Map<string, { score: number; weights: number }>();
  const components: object[] = [];
  for (const [i, check] of row.checks.entries()) {
    if (check.type === LEFT_OUT) continue;
    made++;
    const checked = checkedText(input, row.transform, check, settings);
    if ('failed' in checked) return { unscored: checked.failed };
    const result = resultOf(check, i, checked, input, settings);
    if (typeof result === 'string') return { unscored: result };
    components.push({ ...result, assertion: check });
    score += result.score * check.weight;
    weights += check.weight;
    // What weighs nothing decides nothing.
    held &&= result.pass || check.weight === 0;
    if (check.metric === undefined || settings.metrics?.includes(check.metric) !== true) continue;
    const own = named.get(check.metric) ?? { score: 0, weights: 0 };
    named.set(check.metric, { score: own.score + result.score * check.weight, weights: own.weights + check.weight });
  }
  const isPartial = made < row.checks.length;
  if (isPartial && (made === 0 || settings.partial !== true)) return { unscored: 'assertions_left_out' };
  const mean = made === 0 ? 1 : weights === 0 ? 0 : score / weights;
  if (isPartial) return { scores: { assertions_passed: ratio(mean) } };
  const byName = [...named].map(([name, own]) => [name, own.weights === 0 ? 0 : own.score / own.weights] as const);
  const verdict = verdictOf(row, { mean, held, components }, Object.fromEntries(byName), settings);
  if (typeof verdict === 'string') return { unscored: verdict };
  const metrics = byName.map(([name, value]) => [metricScore(name), ratio(value)] as const);
  const sums = [...named].map(([name, { score: sum }]) => [name, sum] as const);
  return {
    scores: {
      all_assertions: Number(verdict.pass),
      assertions_passed: ratio(verdict.score),
      ...Object.fromEntries(metrics),
    },
    ...(settings.isDerived === true ? { statistics: { derived: Object.fromEntries(sums) } } : {}),
  };
}

const ratio = (value: number): number => Math.min(1, Math.max(0, value));

/** A row's verdict and score: by its own code where it has such, else by its threshold, else all checks must hold. */
function verdictOf(
  { threshold, scoring }: RowChecks,
  { mean, held, components }: { readonly mean: number; readonly held: boolean; readonly components: readonly object[] },
  metrics: Readonly<Record<string, number>>,
  { code }: RowCheckSettings,
): CheckResult | string {
  const pass = threshold === undefined ? held : mean >= threshold;
  if (scoring === undefined) return { pass, score: mean };
  if (code !== true) return 'code_not_run';
  return scoringVerdict(scoring, metrics, { threshold, componentResults: components });
}

/** The name of a metric's score, in which a dot would end the algorithm's name. */
export function metricScore(name: string): string {
  return name.replaceAll('.', '_');
}

/** What a check looks at: a text, and for code the value that the text is the JSON of where the answer is one. */
interface Checked {
  readonly text: string;
  readonly value: unknown;
}

/** The output, or what the row's and the check's own code make of it. */
function checkedText(
  input: Omit<ScoringInput, 'helpers'>,
  ofRow: string | undefined,
  check: RowCheck,
  { code }: RowCheckSettings,
): Checked | { readonly failed: string } {
  let checked = answered(input);
  for (const transform of [ofRow, check.transform]) {
    if (transform === undefined) continue;
    if (code !== true) return { failed: 'code_not_run' };
    const made = transformed(transformCode(transform), checked.value, contextOf(input));
    if ('failed' in made) return made;
    checked = made;
  }
  return checked;
}

function answered(input: Omit<ScoringInput, 'helpers'>): Checked {
  const text = answerText(input);
  const answer = input.answers.get('original');
  const parsed = answer?.kind === 'generate' && answer.form !== undefined ? parsedJson(text) : undefined;
  return { text, value: parsed === undefined ? text : parsed.json };
}

/** What code may look at besides the output. */
function contextOf({ sample, answers }: Pick<ScoringInput, 'sample' | 'answers'>): object {
  const { vars } = sample.record as { readonly vars?: unknown };
  return { vars: vars ?? {}, prompt: askedPrompt({ sample, answers }) };
}

interface CheckResult {
  readonly pass: boolean;
  readonly score: number;
}

/** @returns a reason where the check cannot be decided */
function resultOf(
  check: RowCheck,
  position: number,
  { text: output, value }: Checked,
  input: ScoringInput,
  settings: RowCheckSettings,
): CheckResult | string {
  const isInverse = check.type.startsWith('not-');
  const type = baseType(check);
  if (type === 'javascript' || type === 'python') {
    if (settings.code !== true) return 'code_not_run';
    const code = { language: type, code: texts(check)[0] ?? '', sha256: check.sha256 };
    const verdict = codeVerdict(code, value, contextOf(input), check.threshold);
    if (typeof verdict === 'string') return verdict;
    return isInverse ? yesOrNo(!verdict.pass) : verdict;
  }
  const answer = input.answers.get('original');
  if (type === 'finish-reason') {
    if (answer?.kind !== 'generate' || answer.stopReason === undefined) return 'no_finish_reason';
    const reason = answer.form === 'tool_calls' && answer.stopReason === 'stop' ? 'tool_calls' : answer.stopReason;
    return yesOrNo(texts(check).some((text) => text.toLowerCase() === reason) !== isInverse);
  }
  if (type === 'cost') {
    if (answer?.kind !== 'generate' || answer.cost === undefined || check.threshold === undefined) return 'no_cost';
    return yesOrNo(answer.cost <= check.threshold !== isInverse);
  }
  if (type === 'is-sql') {
    const holds = isSql(output, check.value);
    return typeof holds === 'string' ? holds : yesOrNo(holds !== isInverse);
  }
  if (TOOL_CALLS.has(type)) return yesOrNo(isValidToolCall(type, value, check.value) !== isInverse);
  const asked = askedOf(input, check, output, settings);
  if (REPLY_TYPES.includes(type)) return replyResult(type, asked, position, input.helpers);
  if (GRADED_TYPES.includes(type)) {
    if (asked.judge === undefined) return 'no_judge';
    if (check.rubric_prompt !== undefined) return rubricResult(check, input.helpers.get(String(position)));
    return gradedResult(type, check, position, input.helpers);
  }
  if (type === 'similar') {
    if (asked.encoder === undefined) return 'no_encoder';
    const values = texts(check).map((_, j) => input.helpers.get(`${position}/${j}`));
    const nearest = Math.max(0, ...values.map((answer) => (answer?.kind === 'similarity' ? answer.value : 0)));
    return graded(nearest, check.threshold ?? 0.75, isInverse);
  }
  if (type === 'rouge-n') return graded(rougeOf(output, texts(check)), check.threshold ?? 0.75, isInverse);
  if (type === 'bleu') return graded(bleuOf(output, texts(check)), check.threshold ?? 0.5, isInverse);
  if (type === 'latency') {
    // An answer from the cache took no time that would say anything.
    if (answer?.kind !== 'generate' || !(answer.elapsedMs > 0) || check.threshold === undefined) return 'no_latency';
    return yesOrNo(answer.elapsedMs <= check.threshold !== isInverse);
  }
  if (type === 'levenshtein') {
    const { edit_pairs: most } = input.limits ?? TEXT_LIMITS;
    const isNear = isWithin(output, texts(check)[0] ?? '', check.threshold ?? 5, most);
    return isNear === undefined ? 'too_long' : yesOrNo(isNear !== isInverse);
  }
  return yesOrNo(holds(type, check, output) !== isInverse);
}

/** `file:///path/transform.js:name`, or code of the config itself. */
function transformCode(code: string): CheckCode {
  return { language: /^file:.*\.py(?::\w+)?$/.test(code) ? 'python' : 'javascript', code, entry: 'get_transform' };
}

const yesOrNo = (pass: boolean): CheckResult => ({ pass, score: Number(pass) });

function graded(value: number, threshold: number, isInverse: boolean): CheckResult {
  return { pass: value >= threshold !== isInverse, score: isInverse ? 1 - value : value };
}

const baseType = (check: RowCheck): CheckType => check.type.replace(/^not-/, '') as CheckType;
