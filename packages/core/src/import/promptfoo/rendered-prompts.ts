import { parsedJson } from '../../algorithms/json-checks.ts';
import { compileFieldPath } from '../../datasets/field-path.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import { promptTemplateOf } from '../../prompts/conversation-template.ts';
import type { ImportFindings } from '../findings.ts';
import { importedValue } from './import-code.ts';
import type { ProviderFiles } from './imported-model.ts';
import { type NunjucksFilters, renderNunjucks } from './nunjucks-template.ts';
import { type ImportedPrompt, renderedColumn } from './promptfoo-prompts.ts';

type Keys = Readonly<Record<string, unknown>>;

interface PromptSettings extends ProviderFiles {
  readonly prompts: readonly ImportedPrompt[];
  /** Whether a model answers with what it is asked. */
  readonly hasEcho: boolean;
  /** Filters of the config's own. */
  readonly filters: NunjucksFilters;
  readonly findings: ImportFindings;
}

/** What each prompt is for a row that is code, or that a model repeats. */
export async function renderedPrompts(
  vars: Keys,
  { prompts, hasEcho, ...settings }: PromptSettings,
  at: SourcePlace,
): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const [position, prompt] of prompts.entries()) {
    const { code, nunjucks } = prompt;
    if (code === undefined && nunjucks === undefined && !hasEcho) continue;
    const text =
      nunjucks !== undefined
        ? promptByNunjucks(nunjucks, vars, settings, at)
        : code === undefined
          ? echoed(prompt, vars)
          : await promptByCode(prompt, code, vars, settings, at);
    if (text !== undefined) made[renderedColumn(position)] = text;
  }
  return made;
}

/** A prompt that is JSON is rendered text by text, so that no value can break it. */
function promptByNunjucks(
  text: string,
  vars: Keys,
  { filters, findings }: Pick<PromptSettings, 'filters' | 'findings'>,
  at: SourcePlace,
): string | undefined {
  const filled = (value: unknown): unknown => {
    if (typeof value === 'string') return renderNunjucks(value, vars, at, filters);
    if (Array.isArray(value)) return value.map(filled);
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each)]));
  };
  try {
    const parsed = parsedJson(text);
    return parsed === undefined ? String(filled(text)) : JSON.stringify(filled(parsed.json));
  } catch (thrown) {
    findings.failure(thrown, at);
    return undefined;
  }
}

async function promptByCode(
  { config = {} }: ImportedPrompt,
  code: string,
  vars: Keys,
  { folder, findings }: Pick<PromptSettings, 'folder' | 'findings'>,
  at: SourcePlace,
): Promise<string | undefined> {
  try {
    const value = await importedValue(code, [{ vars, config }], folder, at);
    if (isRecord(value) && 'prompt' in value && value.config !== undefined)
      findings.warn(`the prompt ${code} has settings of its own for a row, which are not carried over`, at);
    const prompt = isRecord(value) && 'prompt' in value ? value.prompt : value;
    return typeof prompt === 'string' ? prompt : JSON.stringify(prompt);
  } catch (thrown) {
    findings.failure(thrown, at);
    return undefined;
  }
}

/** A prompt as promptfoo hands it to a provider: a conversation as indented JSON. */
function echoed({ template, system, isJson = false }: ImportedPrompt, vars: Keys): string {
  const compiled = promptTemplateOf({ template, chat: isJson ? 'json' : 'auto' });
  const text = compiled.render((name) => compileFieldPath(name).read({ vars }) ?? '');
  if (isJson) return JSON.stringify(JSON.parse(text), null, 2);
  if (system === undefined) return text;
  const turns = [
    { role: 'system', content: system },
    { role: 'user', content: text },
  ];
  return JSON.stringify(turns, null, 2);
}
