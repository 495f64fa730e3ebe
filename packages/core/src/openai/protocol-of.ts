import { chatProtocol, completionsProtocol } from './chat-protocol.ts';
import { messagesProtocol } from './messages-protocol.ts';
import type { OpenaiModel } from './openai-model.ts';
import type { Protocol } from './protocol.ts';

/** That of the model's `api`; in batches, which Anthropic's endpoint for OpenAI's clients does not have, its own. */
export function protocolOf(model: OpenaiModel): Protocol {
  switch (apiOf(model)) {
    case 'chat':
      return chatProtocol(model);
    case 'completions':
      return completionsProtocol(model);
    case 'messages':
      return messagesProtocol(model);
  }
}

export function apiOf({ openai: { api, vendor, mode } }: OpenaiModel): 'chat' | 'completions' | 'messages' {
  return api ?? (vendor === 'anthropic' && mode === 'batch' ? 'messages' : 'chat');
}
