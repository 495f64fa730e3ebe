import type { RunnerKind } from '../config/schema/model-config.ts';
import type { HttpBlock, ModuleBlock } from '../config/schema/own-model-blocks.ts';
import { compilePromptTemplate } from './prompt-template.ts';

interface RunBy {
  readonly runner: RunnerKind;
}

/** Placeholders whose values a model is given beside its prompt: those in a request of its own; for a provider of promptfoo the variables. */
export function fieldsBeside(model: RunBy): readonly string[] {
  const { runner, module, http } = model as RunBy & {
    readonly module?: ModuleBlock;
    readonly http?: HttpBlock;
  };
  if (runner === 'module') return module?.provider === undefined ? [] : ['vars'];
  if (runner !== 'http') return [];
  const fields = new Set([http?.body, http?.headers].flatMap(fieldsIn));
  if (http?.signature !== undefined) for (const own of SIGNED) fields.delete(own);
  return [...fields];
}

/** What a signed request has of its own. */
const SIGNED = ['signature', 'signatureTimestamp'] as const;

/** `${…}` alone: a dollar before a word is the request's own. */
export const REQUEST_FIELD = /\$\{([^}]+)\}/g;

function fieldsIn(value: unknown): string[] {
  if (typeof value === 'string')
    return Array.from(value.matchAll(REQUEST_FIELD), ([whole]) => compilePromptTemplate(whole).fields[0] ?? '').filter(
      (name) => name !== '',
    );
  if (Array.isArray(value)) return value.flatMap(fieldsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(fieldsIn) : [];
}
