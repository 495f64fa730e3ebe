import { didYouMean } from '../config/did-you-mean.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import type { FeatureName, Sample } from '../samples/sample.ts';
import { type PromptTemplate, sampleLookup } from './prompt-template.ts';

/** What a dataset has that a template can name. */
export interface NamedFields {
  readonly features: readonly FeatureName[];
  columns(): readonly string[];
}

/**
 * Checks a template before any work against the features and columns that the dataset has.
 * @throws AssayError PROMPT_FIELD_MISSING naming the fields there are
 */
export function checkPromptTemplate(
  template: PromptTemplate,
  dataset: NamedFields,
  first: Sample | undefined,
  at?: SourcePlace,
): void {
  const [problem] = templateProblems(template, dataset, first, at);
  if (problem !== undefined) throw problem;
}

/** Every field that a template names and no row has, each as PROMPT_FIELD_MISSING. */
export function templateProblems(
  template: PromptTemplate,
  dataset: NamedFields,
  first: Sample | undefined,
  at?: SourcePlace,
): AssayError[] {
  const columns = dataset.columns();
  const known = [...new Set(['model_input', ...dataset.features, ...columns])];
  const missing = template.fields.filter((field) => {
    if (dataset.features.some((feature) => feature === field) || columns.includes(field)) return false;
    const value = first === undefined ? undefined : sampleLookup(first)(field);
    return value === undefined || value === null;
  });
  const problems = missing.map((field) => {
    const suggestion = didYouMean(field, ['feature', ...known]);
    return new AssayError(
      'PROMPT_FIELD_MISSING',
      `the prompt template names "${field}", which the dataset does not have`,
      {
        at,
        hint: `${suggestion === undefined ? '' : `did you mean "$${suggestion}"? `}fields: ${known.join(', ')}; write $$ for a dollar`,
      },
    );
  });
  if (!template.usesModelInput || dataset.features.includes('model_input')) return problems;
  const message = 'the prompt template names the model input, which the dataset does not have';
  const hint = `set dataset.model_input_key to one of: ${columns.join(', ')}`;
  return [...problems, new AssayError('PROMPT_FIELD_MISSING', message, { at, hint })];
}

/** A placeholder as other tools write them: `{{question}}`, `{question}`, `<question>`, `%(question)s`. */
export interface ForeignPlaceholder {
  readonly written: string;
  /** What to write instead. */
  readonly ours: string;
}

const FOREIGN =
  /\{\{\s*([\p{L}_][\p{L}\p{N}_. ]*?)\s*\}\}|(?<![$\w{])\{([\p{L}_][\p{L}\p{N}_]*)\}|<([\p{L}_][\p{L}\p{N}_]*)>|%\(([\p{L}_][\p{L}\p{N}_]*)\)s/gu;
/** What a question is called where no column has that name. */
const QUESTION_WORDS: ReadonlySet<string> = new Set([
  ...['q', 'question', 'input', 'prompt', 'query', 'text', 'model_input', 'feature', 'frage', 'user_input'],
]);

/** Placeholders of other tools that name a field of the dataset, or the question: they would be sent as they are. */
export function foreignPlaceholders({ text }: PromptTemplate, dataset: NamedFields): ForeignPlaceholder[] {
  const fields = new Set<string>([...dataset.features, ...dataset.columns()]);
  const found = new Map<string, ForeignPlaceholder>();
  for (const [written, doubled, single, tag, percent] of text.matchAll(FOREIGN)) {
    const name = (doubled ?? single ?? tag ?? percent)!;
    // A tag that is closed later on marks a part of the prompt.
    if (tag !== undefined && text.includes(`</${tag}>`)) continue;
    const isField = fields.has(name);
    if (!isField && doubled === undefined && !QUESTION_WORDS.has(name.toLowerCase())) continue;
    found.set(written, { written, ours: isField ? `\${${name}}` : '$model_input' });
  }
  return [...found.values()];
}

/** The error for a template that says the same to every sample. @returns undefined where it names a field */
export function sameForAll(template: PromptTemplate, dataset: NamedFields, at?: SourcePlace): AssayError | undefined {
  if (template.usesModelInput || template.fields.length > 0) return undefined;
  const [foreign] = foreignPlaceholders(template, dataset);
  const message =
    foreign === undefined
      ? 'the prompt template has no placeholder: every sample would be asked the same'
      : `the prompt template has no placeholder: "${foreign.written}" is another tool’s and would be sent as it is`;
  return new AssayError('PROMPT_TEMPLATE', message, {
    at,
    hint: `write ${foreign?.ours ?? '$model_input'} where the ${foreign === undefined || foreign.ours === '$model_input' ? 'question' : 'field'} belongs`,
  });
}

/** `"{{context}}" would be sent as it is; write ${context}`, of a template that has placeholders of ours beside. */
export function foreignWords(placeholders: readonly ForeignPlaceholder[]): string[] {
  return placeholders.map(
    ({ written, ours }) => `the prompt template has "${written}", which is sent as it is; for the field write ${ours}`,
  );
}
