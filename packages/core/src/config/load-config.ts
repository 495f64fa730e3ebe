import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument, type YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import { canonicalAlgorithmName } from './algorithm-name.ts';
import { checkConfig } from './config-checks.ts';
import { configDigest } from './config-digest.ts';
import { type ConfigPath, formatPath } from './config-path.ts';
import { didYouMean } from './did-you-mean.ts';
import { withoutExtensions } from './extension-keys.ts';
import { type ErrorFinding, type Finding, findingError } from './finding.ts';
import { isDeeperThan } from './is-deeper-than.ts';
import { type AlgorithmConfig, algorithmConfig } from './schema/algorithm-config.ts';
import { type EvaluationConfig, evaluationConfig } from './schema/evaluation-config.ts';
import { schemaFindings } from './schema-findings.ts';
import { selfReference } from './self-reference.ts';
import { SourceMap } from './source-map.ts';

export interface LoadedConfig {
  /** Undefined when a finding is an error. */
  readonly config: EvaluationConfig | undefined;
  /** Absolute path. */
  readonly file: string;
  /** Folder of the file: relative paths in it start here. */
  readonly baseDir: string;
  readonly text: string;
  /** SHA-256 over what affects answers and scores (CONFIG_BEARINGS); comments, layout and other keys do not change it. */
  readonly digest: string;
  readonly findings: readonly Finding[];
  /** What can be read of it whatever the findings: what else is wrong can be told along with them. */
  readonly readable?: EvaluationConfig | undefined;
  /** Line and column of a path such as `['models', 0, 'name']`; of its nearest parent where it is missing. */
  placeOf(path: ConfigPath): SourcePlace;
}

export interface ValidConfig extends LoadedConfig {
  readonly config: EvaluationConfig;
}

export interface LoadConfigOptions {
  /** Known algorithms by name. When given, names and options are checked too. */
  readonly algorithms?: ReadonlyMap<string, { readonly options: z.ZodType }>;
}

/** No config of this or another tool comes near it. */
const MAX_DEPTH = 100;
/** A parser that lost its way finds a fault in every line after it. */
const MAX_SYNTAX_ERRORS = 20;

/** Reads a config file and says everything that is wrong with it. @throws AssayError only CONFIG_NOT_FOUND */
export async function loadConfig(path: string, options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  const file = resolve(path);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new AssayError('CONFIG_NOT_FOUND', `cannot read the config file ${path}`, {
      hint: 'give the path of an evaluation_config.yaml; `assay init` writes one',
      at: { file: path },
      cause,
    });
  }
  return parseConfig(text, file, options, path);
}

/** The same for a text in memory. @param shownAs how places name the file */
export function parseConfig(
  source: string,
  file: string,
  options: LoadConfigOptions = {},
  shownAs: string = file,
): LoadedConfig {
  const text = source.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const map = new SourceMap(document, lines, shownAs);
  const placeOf = (at: ConfigPath): SourcePlace => map.placeOf(at);
  const loaded = { file, baseDir: dirname(file), text, placeOf };

  const findings: Finding[] = document.errors.slice(0, MAX_SYNTAX_ERRORS).map(
    (error): ErrorFinding => ({
      severity: 'error',
      code: 'CONFIG_SYNTAX',
      message: syntaxMessage(error, text),
      at: map.placeOfOffset(error.pos[0]),
    }),
  );
  const circle = findings.length === 0 ? selfReference(document) : undefined;
  if (circle !== undefined) {
    findings.push({
      severity: 'error',
      code: 'CONFIG_SYNTAX',
      message: `*${circle.source} stands within the value that it refers to`,
      at: map.placeOfOffset(circle.range?.[0] ?? 0),
    });
  }
  let data: unknown;
  try {
    data = findings.length === 0 ? document.toJS() : undefined;
  } catch (thrown) {
    findings.push({
      severity: 'error',
      code: 'CONFIG_SYNTAX',
      message: firstLine((thrown as Error).message),
      at: placeOf([]),
    });
  }
  if (isDeeperThan(data, MAX_DEPTH)) {
    findings.push({
      severity: 'error',
      code: 'CONFIG_SYNTAX',
      message: `a value is nested more than ${MAX_DEPTH} levels deep`,
      at: placeOf([]),
    });
    data = undefined;
  }
  if (findings.length > 0) return { ...loaded, config: undefined, digest: configDigest(data ?? text), findings };
  return checkedConfig(data, loaded, options);
}

/**
 * The same for a config that a program made: its places are paths such as `models[0].name`.
 * @param data plain JSON; what is kept of it as text is JSON, too
 * @param baseDir where relative paths in it start
 */
export function configFromData(data: unknown, baseDir: string, options: LoadConfigOptions = {}): LoadedConfig {
  const text = JSON.stringify(data, null, 2) ?? '';
  const placeOf = (path: ConfigPath): SourcePlace => ({ file: formatPath(path) });
  return checkedConfig(data, { file: resolve(baseDir, 'evaluation.json'), baseDir, text, placeOf }, options);
}

function checkedConfig(
  data: unknown,
  loaded: Omit<LoadedConfig, 'config' | 'digest' | 'findings'>,
  options: LoadConfigOptions,
): LoadedConfig {
  const { placeOf } = loaded;
  const own = withoutExtensions(data);
  const digest = configDigest(own ?? loaded.text);
  const misplaced = notAnEvaluationConfig(data, placeOf);
  if (misplaced !== undefined) return { ...loaded, config: undefined, digest, findings: [misplaced] };

  const parsed = parseTolerantly(own, placeOf);
  const findings: Finding[] = [...parsed.findings];
  if (parsed.config !== undefined) {
    findings.push(
      ...checkConfig(parsed.config, placeOf),
      ...optionFindings(parsed.config.algorithms, options, placeOf),
    );
  } else findings.push(...optionFindings(readableAlgorithms(own), options, placeOf));
  findings.sort(byPlace);
  const isValid = !findings.some((finding) => finding.severity === 'error');
  return { ...loaded, config: isValid ? parsed.config : undefined, readable: parsed.config, digest, findings };
}

/** @throws AssayError the first error finding (the rest stand in `loaded.findings`), or that the file is of another kind */
export function requireValid(loaded: LoadedConfig): ValidConfig {
  const first = loaded.findings.find((finding): finding is ErrorFinding => finding.severity === 'error');
  if (first !== undefined) throw findingError(first);
  if (loaded.config === undefined) {
    const [note] = loaded.findings;
    throw new AssayError('CONFIG_INVALID', note?.message ?? 'the file is no evaluation config', {
      hint: note?.hint,
      at: note?.at,
    });
  }
  return { ...loaded, config: loaded.config };
}

/** Unknown keys alone do not hide what the later checks would find: those run on the rest. */
function parseTolerantly(
  data: unknown,
  placeOf: (path: ConfigPath) => SourcePlace,
): { config?: EvaluationConfig; findings: ErrorFinding[] } {
  const result = evaluationConfig.safeParse(data);
  if (result.success) return { config: result.data, findings: [] };
  const { issues } = result.error;
  const findings = schemaFindings(issues, { schema: evaluationConfig, data, basePath: [], placeOf });
  if (!issues.every((issue) => issue.code === 'unrecognized_keys')) return { findings };
  const rest = structuredClone(data) as Record<PropertyKey, unknown>;
  for (const issue of issues) {
    const parent = issue.path.reduce<Record<PropertyKey, unknown>>(
      (at, step) => at[step] as Record<PropertyKey, unknown>,
      rest,
    );
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) delete parent[key];
  }
  const again = evaluationConfig.safeParse(rest);
  return again.success ? { config: again.data, findings } : { findings };
}

/** The entries that are in order by themselves: faults elsewhere in the file do not hide those in their options. */
function readableAlgorithms(data: unknown): (AlgorithmConfig | undefined)[] {
  const { algorithms } = data as { readonly algorithms?: unknown };
  return Array.isArray(algorithms) ? algorithms.map((entry) => algorithmConfig.safeParse(entry).data) : [];
}

function optionFindings(
  entries: readonly (AlgorithmConfig | undefined)[],
  { algorithms }: LoadConfigOptions,
  placeOf: (path: ConfigPath) => SourcePlace,
): ErrorFinding[] {
  if (algorithms === undefined) return [];
  return entries.flatMap((entry, i): ErrorFinding[] => {
    if (entry === undefined) return [];
    if (entry.module !== undefined && /\.[cm]?[jt]s$/.test(entry.module)) return [];
    const known = algorithms.get(canonicalAlgorithmName(entry.algorithm));
    if (known === undefined) {
      const suggestion = didYouMean(canonicalAlgorithmName(entry.algorithm), algorithms.keys());
      return [
        {
          severity: 'error',
          code: 'CONFIG_UNKNOWN_ALGORITHM',
          message: `there is no algorithm "${entry.algorithm}"${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`,
          at: placeOf(['algorithms', i, 'algorithm']),
          hint: '`assay algorithms list` shows them all',
        },
      ];
    }
    const data = { ...entry.options, ...(entry.compat === undefined ? {} : { compat: entry.compat }) };
    const result = known.options.safeParse(data);
    if (result.success) return [];
    const context = { schema: known.options, data, basePath: ['algorithms', i], placeOf };
    return schemaFindings(result.error.issues, context);
  });
}

function notAnEvaluationConfig(data: unknown, placeOf: (path: ConfigPath) => SourcePlace): Finding | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return {
      severity: 'error',
      code: 'CONFIG_INVALID',
      message: data === null || data === undefined ? 'the file is empty' : 'the file must be a map of keys at the top',
      at: placeOf([]),
      hint: 'an evaluation config has the keys dataset, models and algorithms',
    };
  }
  if ('SageMaker' in data && !('models' in data)) {
    return {
      severity: 'note',
      code: 'CONFIG_OTHER_FILE',
      message: 'this is the SageMaker Python SDK’s defaults file: right as it is, but it holds nothing to evaluate',
      at: placeOf(['SageMaker']),
      hint: 'name a file such as pipeline_config.yaml; write the role as aws.role_arn in it',
    };
  }
  return undefined;
}

function byPlace(a: Finding, b: Finding): number {
  return (a.at.line ?? 0) - (b.at.line ?? 0) || (a.at.column ?? 0) - (b.at.column ?? 0);
}

/** The parser's message; of a key that stands twice it does not say which. */
function syntaxMessage({ code, message, pos }: YAMLParseError, text: string): string {
  if (code !== 'DUPLICATE_KEY') return firstLine(message);
  const [, key] = /^["']?([^"':\s]+)/.exec(text.slice(pos[0])) ?? [];
  return key === undefined ? firstLine(message) : `the key "${key}" stands twice in this map`;
}

const firstLine = (message: string): string => message.split('\n', 1)[0]!.replace(/:$/, '');
