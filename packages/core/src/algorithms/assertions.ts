import { z } from 'zod';
import { compilePromptTemplate, sampleLookup } from '../prompts/prompt-template.ts';
import type { Sample } from '../samples/sample.ts';
import { defineAlgorithm, type ScoreSpec } from './algorithm.ts';
import { answerText } from './answer-text.ts';
import { compileArithmetic } from './arithmetic.ts';
import { derivedMetrics } from './derived-metrics.ts';
import { linearPattern } from './linear-pattern.ts';
import { metricScore, rowCheckAsks, scoreRowChecks } from './row-checks.ts';
import { binary, ratio } from './score-specs.ts';

const texts = (what: string) =>
  z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .transform((value) => [value].flat())
    .optional()
    .describe(`${what} One text or a list; $target_output and other fields of the row may stand in it.`);

const options = z
  .strictObject({
    contains: texts('The output must contain each of these.'),
    not_contains: texts('The output must contain none of these.'),
    regex: texts('Each of these regular expressions (RE2 syntax: no look-around) must be found in the output.'),
    equals: texts('The output must be one of these, outer white space aside.'),
    starts_with: texts('The output must begin with one of these.'),
    checks_field: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Column or JMESPath of a list of checks of the row’s own, each with type (promptfoo’s: contains, is-json, not-regex…), value, threshold, weight.',
      ),
    metrics: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Names that checks of rows have as their `metric`: each is a score of its own, the weighted mean of its checks.',
      ),
    encoder: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Encoder that decides the `similar` checks of rows: a local model, or a block as JSON (docs/import.md).',
      ),
    encoders: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Further encoders, which `similar` checks name as their `encoder`.'),
    judge: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Model that decides the graded checks of rows, such as `llm-rubric`: a name among `models`, a local model, or a block as JSON.',
      ),
    derived: z
      .array(
        z.strictObject({
          name: z.string().min(1).describe('Name of the figure.'),
          value: z
            .string()
            .min(1)
            .superRefine(tellFormula)
            .describe(
              'Formula over the names of metrics and of figures before it; `__count` is the number of samples.',
            ),
        }),
      )
      .min(1)
      .optional()
      .describe('Figures over all rows, by formulas over the sums of `metrics`: promptfoo’s derivedMetrics.'),
    judges: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Further judges, which checks of rows name as their `judge`.'),
    code: z
      .boolean()
      .optional()
      .describe(
        'Run the `javascript` and `python` checks of rows, and their transforms; needs --allow-code. Default false.',
      ),
    partial: z
      .boolean()
      .optional()
      .describe('Score the other checks of a row of which an import left one out. Default false: the row is unscored.'),
    ignore_case: z.boolean().default(false).describe('Small letters and capitals are the same. Default false.'),
  })
  .refine(
    ({
      ignore_case: _,
      encoder: __,
      judge: ___,
      metrics: ____,
      code: _____,
      partial: ______,
      encoders: _______,
      judges: ________,
      derived: _________,
      ...checks
    }) => Object.values(checks).some((list) => list !== undefined),
    'must name at least one of contains, not_contains, regex, equals, starts_with, checks_field',
  )
  .refine(
    ({ checks_field: field, contains, not_contains: without, regex, equals, starts_with: starts }) =>
      field === undefined || [contains, without, regex, equals, starts].every((list) => list === undefined),
    'takes either checks_field or checks for every row, not both: give the others an entry of their own',
  )
  .superRefine(({ regex = [] }, context) => {
    for (const pattern of regex) {
      if (pattern.includes('$')) continue;
      try {
        linearPattern(pattern);
      } catch (thrown) {
        context.addIssue({ code: 'custom', path: ['regex'], message: (thrown as Error).message });
      }
    }
  });

type Options = z.output<typeof options>;

function tellFormula(text: string, context: z.RefinementCtx): void {
  try {
    compileArithmetic(text);
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: (thrown as Error).message });
  }
}

/** Plain checks on the output, each passed or not. Patterns take linear time, so that no output can stall a run. */
export const assertions = defineAlgorithm<Options>({
  name: 'assertions',
  summary: 'Whether the output contains, matches or equals given texts.',
  options,
  needs: () => ['model_input'],
  rowFields: ({ checks_field: field, ...settings }) => (field === undefined ? namedFields(settings) : [field]),
  scores: ({ metrics = [] }): Record<string, ScoreSpec> => ({
    all_assertions: binary('Every assertion holds.'),
    assertions_passed: ratio('Share of the assertions that hold.'),
    ...Object.fromEntries(
      metrics.map((name) => [metricScore(name), ratio(`Share of the assertions of ${name} that hold.`)]),
    ),
  }),
  aggregates: ({ derived }) => (derived === undefined ? {} : { derived: derivedMetrics(derived, metricScore) }),
  helpers: ({ encoder, encoders = [], judge, judges = [] }) => [
    ...[encoder ?? [], encoders].flat().map((model) => ({ kind: 'similarity', model }) as const),
    ...[judge ?? [], judges].flat().map((model) => ({ kind: 'judge', model }) as const),
  ],
  helperAsks: (input, { checks_field: field, encoder, judge, code }) =>
    field === undefined ? [] : rowCheckAsks(input, { field, encoder, judge, code }),
  furtherAsks: (input, { checks_field: field, encoder, judge, code }) =>
    field === undefined ? [] : rowCheckAsks(input, { field, encoder, judge, code }),
  score: (input, settings) => {
    const { checks_field: field, derived, ...ofRows } = settings;
    if (field !== undefined) return scoreRowChecks(input, { ...ofRows, field, isDerived: derived !== undefined });
    const results = check(answerText(input), input.sample, settings);
    const passed = results.filter(({ holds }) => holds()).length;
    return {
      scores: { all_assertions: Number(passed === results.length), assertions_passed: passed / results.length },
    };
  },
  signature: (settings) =>
    `assertions|${JSON.stringify(settings)}${(settings.judge ?? settings.judges) === undefined ? '' : '|verdict:likeliest-or-stated'}|v1`,
});

/** One assertion of an entry. */
export interface AssertionResult {
  /** As it was written: `contains "$target_output"`. */
  readonly name: string;
  /** undefined where it names a field of the row that is not known here. */
  readonly holds: boolean | undefined;
}

/**
 * Which assertions hold of an output, one by one.
 * @param settings as a manifest keeps them. @returns none where they are not its own, or lie in the rows
 */
export function assertionResults(output: string, sample: Sample, settings: unknown): AssertionResult[] {
  const parsed = options.safeParse(settings);
  if (!parsed.success || parsed.data.checks_field !== undefined) return [];
  return check(output, sample, parsed.data).map(({ name, holds }) => ({ name, holds: known(holds) }));
}

function known(holds: () => boolean): boolean | undefined {
  try {
    return holds();
  } catch {
    return undefined;
  }
}

interface Assertion {
  readonly name: string;
  /** @throws where the row lacks what it names */
  readonly holds: () => boolean;
}

function check(output: string, sample: Sample, settings: Options): Assertion[] {
  const fold = (text: string) => (settings.ignore_case ? text.toLowerCase() : text);
  const filled = (part: string) => fold(fill(part, sample));
  const text = fold(output);
  const { contains = [], not_contains: without = [], equals, starts_with: starts, regex = [] } = settings;
  const each = (what: string, parts: readonly string[], holds: (part: string) => boolean): Assertion[] =>
    parts.map((part) => ({ name: `${what} ${JSON.stringify(part)}`, holds: () => holds(part) }));
  const some = (what: string, parts: readonly string[] | undefined, holds: (part: string) => boolean): Assertion[] =>
    parts === undefined
      ? []
      : [{ name: `${what} ${parts.map((part) => JSON.stringify(part)).join(' or ')}`, holds: () => parts.some(holds) }];
  return [
    ...each('contains', contains, (part) => text.includes(filled(part))),
    ...each('does not contain', without, (part) => !text.includes(filled(part))),
    ...each('matches', regex, (pattern) => patternOf(pattern, sample, settings.ignore_case).test(output)),
    ...some('equals', equals, (whole) => filled(whole).trim() === text.trim()),
    ...some('starts with', starts, (start) => text.trimStart().startsWith(filled(start))),
  ];
}

/** What the assertions name of the row. */
function namedFields({
  contains = [],
  not_contains = [],
  equals = [],
  starts_with = [],
  regex = [],
}: Options): string[] {
  const filled = [contains, not_contains, equals, starts_with].flat().filter((text) => text.includes('$'));
  return [
    ...filled.flatMap((text) => compilePromptTemplate(text).fields),
    ...regex.flatMap((pattern) => [...pattern.matchAll(FIELD_IN_PATTERN)].map(([, name]) => name!)),
  ];
}

const FIELD_IN_PATTERN = /\$([A-Za-z_]\w*)/g;
const templates = new Map<string, ReturnType<typeof compilePromptTemplate>>();

/** Fields of the row in place of `$name`; what the row lacks makes the assertion fail to be scored. */
function fill(text: string, sample: Sample): string {
  if (!text.includes('$')) return text;
  let template = templates.get(text);
  if (template === undefined) {
    template = compilePromptTemplate(text);
    templates.set(text, template);
  }
  return template.render(sampleLookup(sample));
}

const patterns = new Map<string, { test(text: string): boolean }>();

/** A `$` in a pattern is the end of the text, except before the name of a field: there the field's text is meant as it is. */
function patternOf(pattern: string, sample: Sample, ignoreCase: boolean): { test(text: string): boolean } {
  const filled = pattern.replaceAll(FIELD_IN_PATTERN, (whole, name: string) => {
    const value = sampleLookup(sample)(name);
    return typeof value === 'string' ? value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&') : whole;
  });
  const key = `${ignoreCase ? 'i' : ''}/${filled}`;
  let found = patterns.get(key);
  if (found === undefined) {
    if (patterns.size >= 1000) patterns.clear();
    found = linearPattern(filled, ignoreCase ? 'i' : '');
    patterns.set(key, found);
  }
  return found;
}
