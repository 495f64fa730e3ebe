import type { ChatMode } from '../config/schema/prompt-config.ts';
import { isRecord } from '../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import type { ChatMessage } from '../runner/runner.ts';
import { compilePromptTemplate, type FieldLookup, type PromptTemplate } from './prompt-template.ts';

/**
 * A template of a conversation as JSON: placeholders stand within its texts, and values that hold quotes or lines break
 * nothing. A template that is no JSON, such as one placeholder for a conversation that the row holds, is filled in as a text.
 * @throws AssayError PROMPT_TEMPLATE
 */
export function compileConversationTemplate(text: string, at?: SourcePlace): PromptTemplate {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return compilePromptTemplate(text, at);
  }
  const leaves = textsIn(json).map((leaf) => compilePromptTemplate(leaf, at));
  const byText = new Map(leaves.map((leaf) => [leaf.text, leaf]));
  return {
    text,
    fields: [...new Set(leaves.flatMap(({ fields }) => fields))],
    usesModelInput: leaves.some(({ usesModelInput }) => usesModelInput),
    render: (lookup) => JSON.stringify(filled(json, byText, lookup)),
  };
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : [];
}

function filled(value: unknown, byText: ReadonlyMap<string, PromptTemplate>, lookup: FieldLookup): unknown {
  if (typeof value === 'string') return byText.get(value)!.render(lookup);
  if (Array.isArray(value)) return value.map((each) => filled(each, byText, lookup));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, byText, lookup)]));
}

const ROLES: Readonly<Record<string, ChatMessage['role']>> = {
  ...{ system: 'system', developer: 'system', user: 'user', assistant: 'assistant', model: 'assistant' },
};

/**
 * The turns of a conversation in JSON; undefined where the text is none. Content that is more than text, such as a picture,
 * is kept as `parts`.
 * @throws AssayError PROMPT_TEMPLATE for a role that is not known
 */
export function conversationIn(text: string): ChatMessage[] | undefined {
  if (!/^\s*\[/.test(text)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(json) || json.length === 0 || !json.every((turn) => isRecord(turn) && 'role' in turn))
    return undefined;
  return json.map((turn: Readonly<Record<string, unknown>>) => messageOf(turn));
}

function messageOf({ role, content, parts }: Readonly<Record<string, unknown>>): ChatMessage {
  const known = Object.hasOwn(ROLES, String(role)) ? ROLES[String(role)] : undefined;
  if (known === undefined)
    throw new AssayError('PROMPT_TEMPLATE', `a turn of the conversation has the role ${JSON.stringify(role)}`, {
      hint: 'system, user or assistant',
    });
  const said = content ?? parts;
  if (typeof said === 'string') return { role: known, content: said };
  const list = [said].flat();
  const texts = list.flatMap((part) => (isRecord(part) && typeof part.text === 'string' ? [part.text] : []));
  const isText = list.every((part) => isRecord(part) && typeof part.text === 'string' && !('cache_control' in part));
  return { role: known, content: texts.join('\n'), ...(isText && list.length === 1 ? {} : { parts: list }) };
}

/** A model's template, in the form that its `chat` says. @throws AssayError PROMPT_TEMPLATE */
export function promptTemplateOf(
  { template, chat }: { readonly template: string; readonly chat: ChatMode },
  at?: SourcePlace,
): PromptTemplate {
  return chat === 'json' ? compileConversationTemplate(template, at) : compilePromptTemplate(template, at);
}
