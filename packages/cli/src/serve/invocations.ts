import type { Prompt } from 'assay/internal';
import type { Exchange } from './exchange.ts';
import { generateOptionsOf, seedOf } from './generate-options.ts';
import { parseRequest } from './parse-request.ts';
import { type InvocationRequest, invocationRequest } from './request-schemas.ts';
import type { ServedModel } from './served-model.ts';
import { detailsOf, streamTokens } from './tgi-details.ts';

/** What TGI containers take where the request states no limit. */
const DEFAULT_NEW_TOKENS = 100;

/** POST /invocations with `inputs`: the shapes of SageMaker JumpStart's language and embedding models. */
export async function invocations(
  model: ServedModel,
  body: Readonly<Record<string, unknown>>,
  { reply, signal }: Exchange,
): Promise<void> {
  const request = parseRequest(invocationRequest, body);
  const inputs = listed(request.inputs);
  if (model.runner.generate === undefined) {
    const vectors = await model.embed(inputs.map(textOf), signal);
    reply.json(200, { embedding: vectors.map((vector) => [...vector]) });
    return;
  }
  const parameters: NonNullable<InvocationRequest['parameters']> = request.parameters ?? { stop: [] };
  const seed = seedOf(parameters.seed);
  const prompts = inputs.map((input, at): Prompt => {
    const messages = typeof input === 'string' ? {} : { messages: input };
    return { id: `${at}`, text: textOf(input), ...messages, seed };
  });
  const options = {
    ...generateOptionsOf(
      {
        ...parameters,
        // As in TGI, which reads do_sample: false as greedy whatever the temperature.
        temperature: parameters.do_sample === false ? 0 : parameters.temperature,
        stop: [...parameters.stop, ...(parameters.stop_sequences ?? [])],
      },
      parameters.max_new_tokens ?? DEFAULT_NEW_TOKENS,
    ),
    // A stream of TGI's tells each token with its log-probability.
    ...(parameters.details === true || request.stream === true ? { logProbabilities: true } : {}),
    signal,
  };
  if (request.stream === true) return streamTokens(model, prompts, options, seed, reply);
  const answers = await model.generate(prompts, options);
  const prefills =
    parameters.decoder_input_details === true
      ? await model.score(
          prompts.map((prompt) => model.tokenizer?.encodePrompt(prompt) ?? []),
          1,
          signal,
        )
      : undefined;
  const generations = answers.map((answer, at) => {
    const prompt = prompts[at]!;
    const prefill = prefills?.[at] ?? [];
    const details = parameters.details === true ? { details: detailsOf(answer, seed, prefill, model.tokenizer) } : {};
    if (prompt.messages !== undefined) return { generation: { role: 'assistant', content: answer.text }, ...details };
    const whole = parameters.return_full_text === true ? prompt.text : '';
    return { generated_text: `${whole}${answer.text}`, ...details };
  });
  reply.json(200, generations);
}

type Conversation = Extract<InvocationRequest['inputs'][number], readonly unknown[]>;

/** One input, a list of prompts, one conversation or a list of them: as a list. */
function listed(inputs: InvocationRequest['inputs']): readonly (string | Conversation)[] {
  if (typeof inputs === 'string') return [inputs];
  const isConversation = inputs.every((input) => typeof input === 'object' && !Array.isArray(input));
  return (isConversation ? [inputs] : inputs) as readonly (string | Conversation)[];
}

function textOf(input: string | Conversation): string {
  return typeof input === 'string' ? input : input.map(({ content }) => content).join('\n\n');
}
