import { randomUUID } from 'node:crypto';
import type { ResponseRequest } from './response-request.ts';
import type { ServedModel } from './served-model.ts';

/** A response before it has an answer. */
export function responseHead(model: ServedModel, request: ResponseRequest) {
  return {
    id: `resp_${randomUUID().replaceAll('-', '')}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: 'in_progress' as string,
    error: null,
    incomplete_details: null as { readonly reason: string } | null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: {},
    model: model.name,
    output: [] as readonly object[],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: request.temperature ?? 0,
    text: request.text ?? { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: request.top_logprobs ?? 0,
    top_p: request.top_p ?? 1,
    truncation: 'disabled',
    usage: null as object | null,
  };
}

export type ResponseHead = ReturnType<typeof responseHead>;
