import { readFileSync } from 'node:fs';
import { GRADED_TYPES } from '../../algorithms/graded-checks.ts';
import { linearPattern } from '../../algorithms/linear-pattern.ts';
import { ENCODED_TYPES, REPLY_TYPES } from '../../algorithms/reply-checks.ts';
import { CHECK_TYPES, type CheckType, CODE_TYPES, LEFT_OUT } from '../../algorithms/row-check-schema.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ImportFolder } from '../import-folder.ts';
import { readYaml } from '../read-yaml.ts';
import { assertionFromText, commaSeparated } from './assertion-text.ts';
import { codeFileUrl } from './code-file.ts';
import { renderNunjucks } from './nunjucks-template.ts';
import { gradersIn, type RowGraders } from './row-graders.ts';
import type { RubricPrompt } from './rubric-prompt-text.ts';

export interface ImportedCheck {
  readonly type: string;
  readonly value?: unknown;
  readonly threshold?: number;
  readonly weight?: number;
  readonly metric?: string;
  readonly sha256?: string;
  readonly transform?: string;
  readonly encoder?: string;
  readonly judge?: string;
  readonly rubric_prompt?: unknown;
  readonly window?: number;
}

/** What bears on all assertions of an import. */
export interface AssertionSettings {
  readonly folder: ImportFolder;
  /** Whether checks that are code are carried over. */
  readonly allowCode: boolean;
  /** What the config offers models to call. */
  readonly tools: unknown;
  /** Assertions that others name by `$ref`. */
  readonly templates: Readonly<Record<string, unknown>>;
  /** Who decides what a model decides: whom the test names, and whom the config names for all. */
  readonly graders: RowGraders;
  readonly common: RowGraders;
  /** The test's own words for the judge. */
  readonly rubricPrompt: RubricPrompt | undefined;
  readonly findings: ImportFindings;
}

const FOREIGN: ReadonlySet<string> = new Set(['ruby', 'webhook', 'exec', 'function']);
const LISTS: ReadonlySet<string> = new Set(['contains-all', 'contains-any', 'icontains-all', 'icontains-any']);
/** Checks that mean nothing without a value. */
const VALUELESS: ReadonlySet<string> = new Set([
  ...['is-json', 'contains-json', 'is-sql', 'latency', 'cost', 'classifier', 'conversation-relevance'],
  ...['answer-relevance', 'context-relevance', 'context-faithfulness'],
  ...['is-valid-openai-tools-call', 'is-valid-openai-function-call', 'is-valid-function-call'],
]);
const READ: ReadonlySet<string> = new Set([
  'type',
  'value',
  'threshold',
  'weight',
  'metric',
  'config',
  'description',
  'reason',
]);

/**
 * Assertions of a test as checks of its row; those that run code or that assay does not have are findings, and only their place is kept.
 * @param seen what was said already: defaultTest's assertions come with every test
 */
export function importAssertions(
  written: unknown,
  vars: Readonly<Record<string, unknown>>,
  placeOf: (path: readonly (string | number)[]) => SourcePlace,
  settings: AssertionSettings,
): ImportedCheck[] {
  return (Array.isArray(written) ? written : []).flatMap((entry: unknown, position): ImportedCheck[] => {
    const place = (...path: (string | number)[]) => placeOf([position, ...path]);
    const assertion = typeof entry === 'string' ? assertionFromText(entry) : referred(entry, settings.templates);
    if (!isRecord(assertion) || typeof assertion.type !== 'string') {
      settings.findings.error('an assertion has no type', place());
      return [];
    }
    const check = checkOf(assertion as Record<string, unknown> & { type: string }, vars, place, settings);
    return check === undefined ? [] : [check];
  });
}

/** What `$ref: '#/assertionTemplates/name'` stands for. */
function referred(entry: unknown, templates: Readonly<Record<string, unknown>>): unknown {
  const [, name] = isRecord(entry) ? (/^#\/assertionTemplates\/(.+)$/.exec(String(entry.$ref)) ?? []) : [];
  return name !== undefined && Object.hasOwn(templates, name) ? templates[name] : entry;
}

/** Types that promptfoo has, beyond those that are carried over. */
const PEERS: ReadonlySet<string> = new Set([
  ...['agent-rubric', 'assert-set', 'guardrails', 'human', 'is-html', 'is-refusal'],
  ...['is-xml', 'contains-html', 'contains-sql', 'contains-xml', 'max-score', 'meteor', 'moderation', 'perplexity'],
  ...['perplexity-score', 'pi', 'search-rubric', 'select-best', 'skill-used', 'tool-call-f1', 'word-count'],
  ...['gleu', 'ruby', 'webhook', 'trace-error-spans', 'trace-span-count', 'trace-span-duration'],
]);

function checkOf(
  assertion: Readonly<Record<string, unknown>> & { readonly type: string },
  vars: Readonly<Record<string, unknown>>,
  place: (...path: (string | number)[]) => SourcePlace,
  settings: AssertionSettings,
): ImportedCheck | undefined {
  const { allowCode, findings } = settings;
  const type = assertion.type.replace(/^similar:cosine$/, 'similar');
  const base = type.replace(/^not-/, '');
  const isCode = CODE_TYPES.has(base);
  if (FOREIGN.has(base) || (!isCode && typeof assertion.value === 'string' && isCodeFile(assertion.value))) {
    findings.warn(`the assertion ${type} runs code, which is never run here: it is left out`, place());
    return leftOut(type);
  }
  if (isCode && !allowCode) {
    findings.warn(
      `the assertion ${type} is code: it is left out`,
      place(),
      'read it; pass --allow-code to carry it over',
    );
    return leftOut(type);
  }
  const isJudged = GRADED_TYPES.includes(base) || REPLY_TYPES.includes(base);
  if (isJudged && assertion.provider === undefined && settings.graders.judge === null) return leftOut(type);
  if (!CHECK_TYPES.includes(base as CheckType)) {
    const isPeers = PEERS.has(base) || /^(?:trajectory|similar|promptfoo):/.test(base);
    // Its row has no verdict there either.
    if (!isPeers)
      findings.note(`promptfoo knows no assertion ${type}: its rows end in an error there, unscored here`, place());
    else findings.warn(`the assertion ${type} is not carried over`, place());
    return leftOut(type);
  }
  for (const key of Object.keys(assertion)) {
    if (READ.has(key)) continue;
    if (key === 'transform') {
      if (allowCode && typeof assertion.transform === 'string') continue;
      findings.warn(
        `the assertion ${type} transforms the output by code: it is left out`,
        place(key),
        'read it; pass --allow-code to carry it over',
      );
      return leftOut(type);
    } else if (key === 'provider') {
      if (!HELPED.has(base)) findings.note(`provider has no meaning for the assertion ${type}`, place(key));
    } else findings.warn(`${key} of the assertion ${type} is not carried over`, place(key));
  }
  const isWorded = base === 'llm-rubric' && settings.rubricPrompt !== undefined;
  if ((assertion.value === undefined || assertion.value === '') && !VALUELESS.has(base) && !isWorded) {
    findings.error(`the assertion ${type} has no value`, place());
    return undefined;
  }
  try {
    const made = withFile(assertion, isCode, settings, place('value'));
    if (TOOL_CALLS.has(base)) return { type, value: settings.tools, ...restOf(assertion, vars, place, settings) };
    if (isCode) return codeCheck(type, made, vars, place, settings);
    return finished(type, base, made, vars, place, settings);
  } catch (thrown) {
    findings.failure(thrown, place('value'));
    return undefined;
  }
}

const TOOL_CALLS: ReadonlySet<string> = new Set([
  ...['is-valid-openai-tools-call', 'is-valid-openai-function-call', 'is-valid-function-call'],
]);

/** The assertion with the text of a file that its value names; data stay what they are. */
function withFile(
  assertion: Readonly<Record<string, unknown>>,
  isCode: boolean,
  { folder }: AssertionSettings,
  at: SourcePlace,
): Readonly<Record<string, unknown>> {
  const { value } = assertion;
  const isList = Array.isArray(value) && value.some((each) => typeof each === 'string' && each.startsWith('file://'));
  if (isCode || (!isList && (typeof value !== 'string' || !value.startsWith('file://')))) return assertion;
  const read = (each: unknown): unknown => {
    if (typeof each !== 'string' || !each.startsWith('file://')) return each;
    const path = each.slice('file://'.length);
    const file = folder.file(path, at);
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (cause) {
      throw new AssayError('CONFIG_NOT_FOUND', `cannot read ${path}`, { at, cause });
    }
    return /\.(?:ya?ml|json)$/.test(path) ? readYaml(text, folder.shown(file)).content : text.trim();
  };
  return { ...assertion, value: Array.isArray(value) ? value.map(read) : read(value) };
}

/** Its place is kept: of a row with such a check nobody can say that all of them hold. */
const leftOut = (type: string): ImportedCheck => ({ type: LEFT_OUT, value: type });

/** Code as it is written; that of a file by its path and digest, so that no other runs. */
function codeCheck(
  type: string,
  assertion: Readonly<Record<string, unknown>>,
  vars: Readonly<Record<string, unknown>>,
  place: (...path: (string | number)[]) => SourcePlace,
  settings: AssertionSettings,
): ImportedCheck {
  const rest = restOf(assertion, vars, place, settings);
  const code = String(assertion.value);
  if (!code.startsWith('file://')) return { type, value: renderNunjucks(code, vars, place('value')), ...rest };
  const { url: value, sha256 } = codeFileUrl(code, settings.folder, place('value'));
  return { type, value, sha256, ...rest };
}

/** What all checks may have. */
function restOf(
  { threshold, weight, metric, transform }: Readonly<Record<string, unknown>>,
  vars: Readonly<Record<string, unknown>>,
  place: (...path: (string | number)[]) => SourcePlace,
  { folder }: AssertionSettings,
): Omit<ImportedCheck, 'type' | 'value'> {
  return {
    ...(typeof threshold === 'number' ? { threshold } : {}),
    ...(typeof weight === 'number' ? { weight } : {}),
    ...(typeof metric === 'string' && metric !== '' ? { metric: String(rendered(metric, vars, place('metric'))) } : {}),
    ...(typeof transform === 'string'
      ? {
          transform: transform.startsWith('file://')
            ? codeFileUrl(transform, folder, place('transform')).url
            : transform,
        }
      : {}),
  };
}

function finished(
  type: string,
  base: string,
  assertion: Readonly<Record<string, unknown>>,
  vars: Readonly<Record<string, unknown>>,
  place: (...path: (string | number)[]) => SourcePlace,
  settings: AssertionSettings,
): ImportedCheck {
  let value = rendered(assertion.value, vars, place('value'));
  if (LISTS.has(base) && typeof value === 'string') value = commaSeparated(value);
  if (base === 'regex') linearPattern(String(value));
  if ((base === 'is-json' || base === 'contains-json') && typeof value === 'string')
    value = value.trim() === '' ? undefined : readYaml(value, place('value').file).content;
  return {
    type,
    ...(value === undefined ? {} : { value }),
    ...helperKeys(base, assertion, value, place, settings),
    ...restOf(assertion, vars, place, settings),
  };
}

const HELPED: ReadonlySet<string> = new Set(['similar', ...GRADED_TYPES, ...REPLY_TYPES]);

/** Who decides a check that a model decides, where it is not the config's own judge or encoder, and by which words. */
function helperKeys(
  base: string,
  { provider, config }: Readonly<Record<string, unknown>>,
  value: unknown,
  place: (...path: (string | number)[]) => SourcePlace,
  settings: AssertionSettings,
): Pick<ImportedCheck, 'encoder' | 'judge' | 'rubric_prompt' | 'window'> {
  if (!HELPED.has(base)) return {};
  const { graders, common, findings, rubricPrompt } = settings;
  const own = gradersIn(provider, { place: () => place('provider'), findings, files: settings });
  const [judge, encoder] = [own.judge ?? graders.judge, own.encoder ?? graders.encoder];
  const window = isRecord(config) && Number.isInteger(config.windowSize) ? { window: Number(config.windowSize) } : {};
  if (rubricPrompt !== undefined && base !== 'llm-rubric' && base !== 'similar')
    findings.warn(`rubricPrompt is not carried over for the assertion ${base}`, place());
  return {
    ...(encoder !== undefined && encoder !== common.encoder && ENCODED_TYPES.has(base) ? { encoder } : {}),
    ...(typeof judge === 'string' && judge !== common.judge && base !== 'similar' ? { judge } : {}),
    ...(base === 'llm-rubric' && rubricPrompt !== undefined
      ? {
          rubric_prompt: rubricPrompt(
            typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value),
          ),
        }
      : {}),
    ...(base === 'conversation-relevance' ? window : {}),
  };
}

function rendered(value: unknown, vars: Readonly<Record<string, unknown>>, at: SourcePlace): unknown {
  if (typeof value === 'string') return renderNunjucks(value, vars, at);
  if (Array.isArray(value)) return value.map((each) => rendered(each, vars, at));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rendered(each, vars, at)]));
}

const isCodeFile = (value: string): boolean => /^file:\/\/.*\.(?:[cm]?[jt]s|py|rb)(?::\w+)?$/.test(value);
