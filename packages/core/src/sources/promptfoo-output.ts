import { metricScore } from '../algorithms/row-checks.ts';
import { isRecord } from '../datasets/row-batch.ts';
import { AssayError } from '../errors/assay-error.ts';
import { renderVariables } from '../import/promptfoo/nunjucks.ts';
import { varsText } from '../import/promptfoo/vars-text.ts';
import type { SampleRow } from '../results/summary.ts';
import { digestOfText, foreignRow } from './foreign-row.ts';
import type { ForeignOutput } from './foreign-run.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether a JSON document is what `promptfoo eval -o out.json` writes. */
export function isPromptfooOutput(content: Json): boolean {
  return isRecord(content.results) && Array.isArray(content.results.results);
}

/**
 * promptfoo's JSON output, versions 2 and 3. Each provider (with its prompt, where there are several) is a model, each set of
 * variables a sample; `promptfoo.pass` and `promptfoo.score` are its verdict and score, `metric.<name>` the named ones.
 */
export function readPromptfooOutput(content: Json, name: string): ForeignOutput {
  const results = ((content.results as Json).results as unknown[]).filter(isRecord);
  if (results.length === 0) throw new AssayError('DATASET_EMPTY', `${name} holds no results`);
  const prompts = new Set(results.map((result) => promptOf(result)));
  const config = isRecord(content.config) ? content.config : {};
  const dataset = typeof config.description === 'string' ? config.description : 'promptfoo';
  const rows = results.map((result, position) => rowOf(result, position, prompts.size > 1));
  return { tool: 'promptfoo', name, dataset, rows, lowerIsBetter: new Set(), notes: [] };
}

function rowOf(result: Json, position: number, severalPrompts: boolean): SampleRow {
  const vars = isRecord(result.vars) ? result.vars : {};
  const prompt = isRecord(result.prompt) ? result.prompt : {};
  const grading = isRecord(result.gradingResult) ? result.gradingResult : {};
  const scores: Record<string, number> = {};
  // A result that failed for an error was not judged: 2 is promptfoo's mark for it.
  const isError = result.failureReason === 2 || (typeof result.error === 'string' && Object.keys(grading).length === 0);
  if (!isError) {
    scores['promptfoo.pass'] = Number(result.success === true);
    if (typeof result.score === 'number') scores['promptfoo.score'] = result.score;
    for (const [metric, value] of Object.entries(isRecord(result.namedScores) ? result.namedScores : {})) {
      if (typeof value === 'number') scores[`metric.${metricScore(metric)}`] = value;
    }
  }
  const output = isRecord(result.response) ? result.response.output : undefined;
  return foreignRow({
    model: severalPrompts ? `${providerOf(result.provider)} / ${promptOf(result)}` : providerOf(result.provider),
    index: typeof result.testIdx === 'number' ? result.testIdx : position,
    digest: digestOfText(stable(vars)),
    input: varsText(Object.fromEntries(Object.entries(vars).map(([key, value]) => [key, filled(value, vars)]))),
    ...(typeof prompt.raw === 'string' ? { prompt: prompt.raw } : {}),
    target: null,
    output:
      output === undefined || output === null ? null : typeof output === 'string' ? output : JSON.stringify(output),
    scores,
    error: isError ? String(result.error ?? 'promptfoo could not ask') : null,
    elapsedMs: typeof result.latencyMs === 'number' ? result.latencyMs : null,
  });
}

/** A variable that names others, as `import` fills it in; what cannot be is taken as it is written. */
function filled(value: unknown, vars: Json): unknown {
  if (typeof value !== 'string' || !value.includes('{')) return value;
  try {
    return renderVariables(value, vars, { file: '' });
  } catch {
    return value;
  }
}

function providerOf(provider: unknown): string {
  if (!isRecord(provider)) return String(provider);
  return typeof provider.label === 'string' && provider.label !== '' ? provider.label : String(provider.id);
}

function promptOf(result: Json): string {
  const prompt = isRecord(result.prompt) ? result.prompt : {};
  return typeof prompt.label === 'string' ? prompt.label : String(result.promptIdx ?? '');
}

/** JSON with sorted keys. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${stable(value[key])}`)
    .join(',')}}`;
}
