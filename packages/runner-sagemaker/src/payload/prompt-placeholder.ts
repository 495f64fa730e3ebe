/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const PLACEHOLDER = /PROMPT_PLACEHOLDER|\$prompt\b/g;

/** Whether some string in the template stands for the prompt. */
export function hasPlaceholder(template: Json): boolean {
  if (typeof template === 'string') return template.search(PLACEHOLDER) >= 0;
  if (typeof template !== 'object' || template === null) return false;
  return Object.values(template).some(hasPlaceholder);
}

/**
 * The template with the prompt put in, as a new value: because structures are filled and not text, no quote or line
 * break of a prompt can spoil the JSON.
 */
export function fillPrompt(template: Json, prompt: string): Json {
  if (typeof template === 'string') return template.replace(PLACEHOLDER, () => prompt);
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((part: Json) => fillPrompt(part, prompt));
  return Object.fromEntries(Object.entries(template).map(([key, part]) => [key, fillPrompt(part, prompt)]));
}

/**
 * FMEval's spelling of a whole body as one text (`{"inputs": $prompt, "parameters": {…}}`) as a structure;
 * undefined for a text that is just the prompt with something around it.
 */
export function parseBodyText(text: string): Json | undefined {
  const quoted = text.replace(/(?<!")(PROMPT_PLACEHOLDER|\$prompt\b)(?!")/g, '"$$prompt"');
  try {
    const parsed = JSON.parse(quoted) as Json;
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
