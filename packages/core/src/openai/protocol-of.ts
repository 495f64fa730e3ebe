import { chatProtocol, completionsProtocol } from './chat-protocol.ts';
import { geminiProtocol } from './gemini-protocol.ts';
import { messagesProtocol } from './messages-protocol.ts';
import type { OpenaiModel } from './openai-model.ts';
import type { Protocol } from './protocol.ts';
import { responsesProtocol } from './responses-protocol.ts';

type OpenaiApi = NonNullable<OpenaiModel['openai']['api']>;

/** That of the model's `api`; in batches, which Anthropic's endpoint for OpenAI's clients does not have, its own. */
export function protocolOf(model: OpenaiModel): Protocol {
  switch (apiOf(model)) {
    case 'chat':
      return chatProtocol(model);
    case 'completions':
      return completionsProtocol(model);
    case 'messages':
      return messagesProtocol(model);
    case 'responses':
      return responsesProtocol(model);
    case 'gemini':
      return geminiProtocol(model);
  }
}

export function apiOf({ openai: { api, vendor, mode } }: OpenaiModel): OpenaiApi {
  return api ?? (vendor === 'anthropic' && mode === 'batch' ? 'messages' : 'chat');
}
