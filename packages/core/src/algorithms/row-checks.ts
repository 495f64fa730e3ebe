import { bleu, levenshteinDistance, nltkTokeniser, rouge, whitespaceTokeniser } from '@assay/metrics';
import { compileFieldPath } from '../datasets/field-path.ts';
import type { HelperAsk, ScoreOutcome, ScoringInput } from './algorithm.ts';
import { answerText } from './answer-text.ts';
import { codeVerdict, transformed } from './code-checks.ts';
import { jsonObjectsIn, meetsSchema, parsedJson } from './json-checks.ts';
import { gradePrompt } from './judging/judge-prompts.ts';
import { judgeVerdict } from './judging/judge-verdict.ts';
import { linearPattern } from './linear-pattern.ts';
import { type CheckType, LEFT_OUT, type RowCheck, type RowChecks, rowChecks } from './row-check-schema.ts';
import { isSameJson } from './same-json.ts';
import { TEXT_LIMITS } from './text-limits.ts';

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
}

/** The checks of a row; undefined where they cannot be read. */
function checksOf(input: Pick<ScoringInput, 'sample'>, field: string): RowChecks | undefined {
  const found = compileFieldPath(field).read(input.sample.record) ?? [];
  const parsed = rowChecks.safeParse(found);
  return parsed.success ? parsed.data : undefined;
}

/** Asks for the checks that a model decides. */
export function rowCheckAsks(input: Omit<ScoringInput, 'helpers'>, settings: RowCheckSettings): HelperAsk[] {
  const { encoder, judge } = settings;
  const row = checksOf(input, settings.field);
  return (row?.checks ?? []).flatMap((check, i): HelperAsk[] => {
    const type = baseType(check);
    if (type !== 'similar' && type !== 'llm-rubric') return [];
    const checked = checkedText(input, row?.transform, check, settings);
    if ('failed' in checked) return [];
    const output = checked.text;
    if (type === 'similar' && output.trim() !== '' && encoder !== undefined) {
      return texts(check).map((text, j) => ({
        key: `${i}/${j}`,
        kind: 'similarity',
        model: encoder,
        a: output,
        b: text,
      }));
    }
    if (type !== 'llm-rubric' || judge === undefined) return [];
    const question = input.sample.features.model_input ?? '';
    const prompt = gradePrompt({ rubric: rubricOf(check), question, output, reference: undefined, labels: VERDICTS });
    return [{ key: String(i), kind: 'judge', model: judge, prompt, labels: VERDICTS }];
  });
}

const VERDICTS = ['pass', 'fail'];
const rubricOf = (check: RowCheck): string =>
  `Judge whether the answer meets this rubric: pass or fail.\n\n${texts(check).join('\n')}`;

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
  for (const [i, check] of row.checks.entries()) {
    if (check.type === LEFT_OUT) continue;
    made++;
    const checked = checkedText(input, row.transform, check, settings);
    if ('failed' in checked) return { unscored: checked.failed };
    const result = resultOf(check, i, checked.text, input, settings);
    if (typeof result === 'string') return { unscored: result };
    score += result.score * check.weight;
    weights += check.weight;
    held &&= result.pass;
    if (check.metric === undefined || settings.metrics?.includes(check.metric) !== true) continue;
    const own = named.get(check.metric) ?? { score: 0, weights: 0 };
    named.set(check.metric, { score: own.score + result.score * check.weight, weights: own.weights + check.weight });
  }
  const isPartial = made < row.checks.length;
  if (isPartial && (made === 0 || settings.partial !== true)) return { unscored: 'assertions_left_out' };
  const mean = made === 0 ? 1 : weights === 0 ? 0 : score / weights;
  const share = { assertions_passed: Math.min(1, Math.max(0, mean)) };
  if (isPartial) return { scores: share };
  const passes = row.threshold === undefined ? held : mean >= row.threshold;
  const ratio = (value: number): number => Math.min(1, Math.max(0, value));
  const metrics = [...named].map(
    ([name, own]) => [metricScore(name), ratio(own.weights === 0 ? 0 : own.score / own.weights)] as const,
  );
  return {
    scores: { all_assertions: Number(passes), ...share, ...Object.fromEntries(metrics) },
  };
}

/** The name of a metric's score, in which a dot would end the algorithm's name. */
export function metricScore(name: string): string {
  return name.replaceAll('.', '_');
}

/** What a check looks at: the output, or what the row's and the check's own code make of it. */
function checkedText(
  input: Omit<ScoringInput, 'helpers'>,
  ofRow: string | undefined,
  check: RowCheck,
  { code }: RowCheckSettings,
): { readonly text: string } | { readonly failed: string } {
  let text = answerText(input);
  for (const transform of [ofRow, check.transform]) {
    if (transform === undefined) continue;
    if (code !== true) return { failed: 'code_not_run' };
    const made = transformed({ language: 'javascript', code: transform }, text, contextOf(input));
    if ('failed' in made) return made;
    text = made.text;
  }
  return { text };
}

/** What code may look at besides the output. */
function contextOf({ sample }: Pick<ScoringInput, 'sample'>): object {
  const { vars } = sample.record as { readonly vars?: unknown };
  return { vars: vars ?? {}, prompt: sample.features.model_input ?? '' };
}

interface CheckResult {
  readonly pass: boolean;
  readonly score: number;
}

/** @returns a reason where the check cannot be decided */
function resultOf(
  check: RowCheck,
  position: number,
  output: string,
  input: ScoringInput,
  settings: RowCheckSettings,
): CheckResult | string {
  const isInverse = check.type.startsWith('not-');
  const type = baseType(check);
  if (type === 'javascript' || type === 'python') {
    if (settings.code !== true) return 'code_not_run';
    const code = { language: type, code: texts(check)[0] ?? '', sha256: check.sha256 };
    const verdict = codeVerdict(code, output, contextOf(input), check.threshold);
    if (typeof verdict === 'string') return verdict;
    return isInverse ? yesOrNo(!verdict.pass) : verdict;
  }
  if (type === 'finish-reason') {
    const answer = input.answers.get('original');
    if (answer?.kind !== 'generate' || answer.stopReason === undefined) return 'no_finish_reason';
    return yesOrNo(texts(check).includes(answer.stopReason) !== isInverse);
  }
  if (type === 'llm-rubric') {
    const answer = input.helpers.get(String(position));
    if (answer?.kind !== 'judge') return settings.judge === undefined ? 'no_judge' : 'judge_failed';
    const verdict = judgeVerdict(answer.text, VERDICTS);
    return verdict === undefined ? 'judge_unparseable' : yesOrNo((verdict === 'pass') !== isInverse);
  }
  if (type === 'similar') {
    if (settings.encoder === undefined) return 'no_encoder';
    const values = texts(check).map((_, j) => input.helpers.get(`${position}/${j}`));
    const nearest = Math.max(0, ...values.map((answer) => (answer?.kind === 'similarity' ? answer.value : 0)));
    return graded(nearest, check.threshold ?? 0.75, isInverse);
  }
  if (type === 'rouge-n') return graded(rougeOf(output, texts(check)), check.threshold ?? 0.75, isInverse);
  if (type === 'bleu') return graded(bleuOf(output, texts(check)), check.threshold ?? 0.5, isInverse);
  if (type === 'latency') {
    const answer = input.answers.get('original');
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

const yesOrNo = (pass: boolean): CheckResult => ({ pass, score: Number(pass) });

function graded(value: number, threshold: number, isInverse: boolean): CheckResult {
  return { pass: value >= threshold !== isInverse, score: isInverse ? 1 - value : value };
}

/** Checks on the output alone. */
function holds(type: CheckType, check: RowCheck, output: string): boolean {
  const wanted = texts(check);
  const small = output.toLowerCase();
  switch (type) {
    case 'equals':
      return equals(check.value, output);
    case 'contains':
    case 'contains-all':
      return wanted.every((text) => output.includes(text));
    case 'icontains':
    case 'icontains-all':
      return wanted.every((text) => small.includes(text.toLowerCase()));
    case 'contains-any':
      return wanted.some((text) => output.includes(text));
    case 'icontains-any':
      return wanted.some((text) => small.includes(text.toLowerCase()));
    case 'starts-with':
      return output.startsWith(wanted[0] ?? '');
    case 'regex':
      return linearPattern(wanted[0] ?? '').test(output);
    case 'is-json': {
      const json = parsedJson(output);
      return json !== undefined && meetsSchema(json.json, check.value);
    }
    case 'contains-json':
      return jsonObjectsIn(output).some((found) => meetsSchema(found, check.value));
    default:
      throw new TypeError(`${type} is not decided by the output alone`);
  }
}

function equals(value: unknown, output: string): boolean {
  if (typeof value !== 'object' || value === null) return String(value) === output;
  const json = parsedJson(output);
  return json !== undefined && isSameJson(json.json, value);
}

const baseType = (check: RowCheck): CheckType => check.type.replace(/^not-/, '') as CheckType;

function texts({ value }: RowCheck): string[] {
  return [value ?? []].flat().map((each) => (typeof each === 'object' ? JSON.stringify(each) : String(each)));
}

let overlap: ReturnType<typeof rouge> | undefined;

/**
 * Whether texts are no more than so many edits apart. Lengths that differ by more say no by themselves.
 * @param mostPairs pairs of characters that are compared at all @returns undefined where there are more
 */
function isWithin(output: string, wanted: string, most: number, mostPairs: number): boolean | undefined {
  if (Math.abs(output.length - wanted.length) > 2 * most) return false;
  if (output.length * wanted.length > mostPairs) return undefined;
  return levenshteinDistance(output, wanted) <= most;
}

/** F1 of single words after Treebank tokenisation. */
function rougeOf(output: string, references: readonly string[]): number {
  overlap ??= rouge({ types: ['rouge1'], tokeniser: nltkTokeniser() });
  const lower = references.map((text) => text.toLowerCase());
  return overlap.score(overlap.statistics(output.toLowerCase(), lower))?.rouge1?.fmeasure ?? 0;
}

const counts = bleu({ tokeniser: whitespaceTokeniser, lowercase: true });

/** promptfoo's BLEU: words between white space, orders that the output is long enough for, 10⁻⁷ in place of 0. */
function bleuOf(output: string, references: readonly string[]): number {
  const [length = 0, reference = 0, ...grams] = counts.statistics(output, references);
  const orders = [0, 1, 2, 3].filter((order) => grams[4 + order]! > 0);
  if (orders.length === 0) return 0;
  const logs = orders.map((order) => Math.log(grams[order] === 0 ? 1e-7 : grams[order]! / grams[4 + order]!));
  const mean = logs.reduce((sum, log) => sum + log, 0) / orders.length;
  return Math.exp(mean + (length > reference ? 0 : 1 - reference / length));
}
