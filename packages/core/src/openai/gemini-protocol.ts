import { z } from 'zod';
import type { BatchAnswer } from '../batch/batch-service.ts';
import { isRecord } from '../datasets/row-batch.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { ChatMessage, GenerateOptions, Prompt, TokenLogProbability } from '../runner/runner.ts';
import { furtherParameters, type OpenaiModel } from './openai-model.ts';
import type { Protocol } from './protocol.ts';

const choiceSchema = z.object({ token: z.string(), tokenId: z.number().nullish(), logProbability: z.number() });
const candidateSchema = z.object({
  content: z.object({ parts: z.array(z.looseObject({ text: z.string().optional() })).optional() }).nullish(),
  finishReason: z.string().nullish(),
  finishMessage: z.string().nullish(),
  logprobsResult: z
    .object({
      chosenCandidates: z.array(choiceSchema),
      topCandidates: z.array(z.object({ candidates: z.array(choiceSchema).optional() })).optional(),
    })
    .nullish(),
});
const answerSchema = z.object({
  candidates: z.array(candidateSchema).optional(),
  promptFeedback: z.object({ blockReason: z.string().nullish() }).nullish(),
  usageMetadata: z
    .object({
      promptTokenCount: z.number().nullish(),
      candidatesTokenCount: z.number().nullish(),
      thoughtsTokenCount: z.number().nullish(),
    })
    .nullish(),
});
type Candidate = z.output<typeof candidateSchema>;

const REFUSALS: ReadonlySet<string> = new Set([
  ...['SAFETY', 'RECITATION', 'PROHIBITED_CONTENT', 'BLOCKLIST', 'SPII', 'IMAGE_SAFETY'],
]);

/**
 * Google's own protocol for Gemini, at AI Studio and at Vertex. What the config leaves open of sampling and length is left to the
 * model.
 * @see https://ai.google.dev/api/generate-content
 */
export function geminiProtocol(model: OpenaiModel): Protocol {
  const { generationConfig, systemInstruction, system_instruction: alias, ...further } = furtherParameters(model);
  const given = isRecord(generationConfig) ? generationConfig : {};
  const instruction = partsOf(systemInstruction ?? alias);
  return {
    path: `models/${encodeURIComponent(model.openai.model)}:generateContent`,
    // A project's address takes an access token, every other an API key.
    headers: (key): Record<string, string> =>
      key === undefined
        ? {}
        : model.openai.base_url.includes('/projects/')
          ? { authorization: `Bearer ${key}` }
          : { 'x-goog-api-key': key },
    body: (prompt, options) => {
      const { system, contents } = turns(prompt, instruction);
      return {
        contents,
        ...(system.length === 0 ? {} : { systemInstruction: { parts: system } }),
        generationConfig: { ...settings(model, prompt, options), ...given },
        ...further,
      };
    },
    read,
  };
}

function settings({ generate }: OpenaiModel, prompt: Prompt, options: GenerateOptions): Record<string, unknown> {
  const { temperature, topP, topK } = generate;
  return {
    temperature,
    topP,
    topK: topK === 0 ? undefined : topK,
    maxOutputTokens: options.maxNewTokens,
    stopSequences: options.stop,
    presencePenalty: options.presencePenalty,
    frequencyPenalty: options.frequencyPenalty,
    seed: (temperature ?? 0) > 0 && prompt.seed !== undefined ? prompt.seed % 2 ** 31 : undefined,
    ...(options.logProbabilities === true
      ? { responseLogprobs: true, logprobs: options.topLogProbabilities ?? 1 }
      : {}),
    ...answerForm(prompt, options),
  };
}

function answerForm(prompt: Prompt, options: GenerateOptions): Record<string, unknown> {
  const constraint = prompt.constraint ?? options.constraint;
  switch (constraint?.type) {
    case undefined:
      return {};
    case 'json_schema':
      return { responseMimeType: 'application/json', responseJsonSchema: constraint.schema };
    case 'choice':
      return { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: constraint.choices } };
    case 'regex':
      throw new AssayError('RUNNER_CAPABILITY', 'Gemini keeps to no regex', {
        hint: 'Ask for json_schema or choices.',
      });
  }
}

/** System turns stand apart; an assistant is a model. */
function turns({ text, messages = [] }: Prompt, instruction: readonly unknown[]) {
  const said = messages.filter(({ role }) => role !== 'system');
  const system = [...instruction, ...messages.filter(({ role }) => role === 'system').flatMap(messageParts)];
  const contents = said.map((turn) => ({
    role: turn.role === 'assistant' ? 'model' : 'user',
    parts: messageParts(turn),
  }));
  return { system, contents: contents.length > 0 ? contents : [{ role: 'user', parts: [{ text }] }] };
}

/** Content as parts of Gemini's; a picture in OpenAI's form, as data, becomes one of its own. */
function messageParts({ content, parts }: ChatMessage): readonly unknown[] {
  return parts === undefined ? [{ text: content }] : parts.map(partOf);
}

function partOf(part: unknown): unknown {
  if (!isRecord(part) || part.type === undefined) return part;
  if (part.type === 'text') return { text: part.text };
  const { url } = isRecord(part.image_url) ? part.image_url : {};
  const [, mimeType, data] = /^data:([\w/+.-]+);base64,(.*)$/s.exec(String(url)) ?? [];
  if (mimeType === undefined)
    throw new AssayError(
      'PROMPT_TEMPLATE',
      `Gemini takes no content of type ${JSON.stringify(part.type)} that is not data`,
    );
  return { inlineData: { mimeType, data } };
}

function partsOf(instruction: unknown): readonly unknown[] {
  if (typeof instruction === 'string') return [{ text: instruction }];
  const { parts } = isRecord(instruction) ? instruction : {};
  return Array.isArray(parts) ? parts : isRecord(parts) ? [parts] : [];
}

function read(given: unknown): BatchAnswer | AssayError {
  const parsed = answerSchema.safeParse(given);
  if (!parsed.success) return new AssayError('RUNNER_NO_ANSWER', 'the answer is none of Gemini’s');
  const { candidates = [], promptFeedback, usageMetadata: usage } = parsed.data;
  const [candidate] = candidates;
  const blocked = promptFeedback?.blockReason;
  if (blocked != null) return new AssayError('RUNNER_REFUSED', `Google refuses the prompt (${blocked})`);
  const reason = candidate?.finishReason ?? '';
  if (REFUSALS.has(reason))
    return new AssayError(
      'RUNNER_REFUSED',
      candidate?.finishMessage ?? `the provider’s filter took the answer (${reason})`,
    );
  const text = textOf(candidate);
  const isValue = candidate?.content?.parts?.some((part) => part.thought !== true && part.text === undefined) === true;
  if (text === undefined)
    return new AssayError('RUNNER_NO_ANSWER', `the answer holds no text (finishReason ${reason || 'none'})`);
  const tokens = tokensOf(candidate);
  const spent = usage?.candidatesTokenCount;
  return {
    text,
    finishReason: reason === 'MAX_TOKENS' ? 'length' : 'stop',
    ...(isValue ? { form: 'json' as const } : {}),
    ...(usage?.promptTokenCount == null ? {} : { promptTokens: usage.promptTokenCount }),
    ...(spent == null ? {} : { newTokens: spent + (usage?.thoughtsTokenCount ?? 0) }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}

/** The text without thoughts; parts that are more than text, such as calls of functions, as JSON. */
function textOf(candidate: Candidate | undefined): string | undefined {
  const parts = (candidate?.content?.parts ?? []).filter((part) => part.thought !== true);
  if (parts.some(({ text }) => text === undefined)) return JSON.stringify(parts);
  if (parts.length > 0) return parts.map(({ text }) => text!).join('');
  return candidate?.finishReason === 'STOP' ? '' : undefined;
}

function tokensOf(candidate: Candidate | undefined): readonly TokenLogProbability[] | undefined {
  const { chosenCandidates: chosen, topCandidates: top = [] } = candidate?.logprobsResult ?? {};
  return chosen?.map((each, i): TokenLogProbability => {
    const own = tokenOf(each);
    const best = (top[i]?.candidates ?? []).map(tokenOf);
    return { ...own, top: best.length > 0 ? best : [own] };
  });
}

function tokenOf({ token, tokenId, logProbability }: z.output<typeof choiceSchema>) {
  return { text: token, logProbability, ...(tokenId == null ? {} : { id: tokenId }) };
}
