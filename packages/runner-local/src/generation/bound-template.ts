import { compileChatTemplate, type TemplateLimits } from '@assay/core';
import type { PreTrainedTokenizer } from '@xenova/transformers';

/**
 * Has a tokenizer render its chat template under a limit of steps: a template comes with the model's files, and one that
 * loops would hold up the thread beyond every deadline. The library keeps compiled templates by their text; ours goes there
 * before it compiles its own.
 */
export async function boundTemplate(tokenizer: PreTrainedTokenizer, limits: TemplateLimits = {}): Promise<void> {
  const text = templateOf(tokenizer);
  if (text === undefined) return;
  const compiled = await compileChatTemplate(text, limits).catch(() => undefined);
  // A text that does not compile is told by the library when a conversation comes.
  if (compiled !== undefined) tokenizer._compiled_template_cache.set(text, compiled as never);
}

function templateOf(tokenizer: PreTrainedTokenizer): string | undefined {
  try {
    const text = tokenizer.get_chat_template();
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
