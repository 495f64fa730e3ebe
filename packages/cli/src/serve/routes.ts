import { ApiError } from './api-error.ts';
import { chatCompletions } from './chat-completions.ts';
import { completions } from './completions.ts';
import { embeddings } from './embeddings.ts';
import type { Exchange } from './exchange.ts';
import { invocations } from './invocations.ts';
import type { Framing } from './reply.ts';
import { responses } from './responses.ts';
import type { ServedModel } from './served-model.ts';
import { detokenize, tokenize } from './tokenize.ts';

/** The models of one server. One that embeds may be the only one. */
export interface ServedModels {
  readonly main: ServedModel;
  readonly embedding?: ServedModel | undefined;
}

type Body = Readonly<Record<string, unknown>>;
type Handler = (models: ServedModels, body: Body, exchange: Exchange) => Promise<void>;

const chat: Handler = ({ main }, body, exchange) => chatCompletions(named(main, body), body, exchange);
const complete: Handler = ({ main }, body, exchange) => completions(named(main, body), body, exchange);
const embed: Handler = ({ main, embedding }, body, exchange) =>
  embeddings(named(embedding ?? main, body), body, exchange);

const respond: Handler = ({ main }, body, exchange) => responses(named(main, body), body, exchange);
const encode: Handler = ({ main }, body, exchange) => tokenize(named(main, body), body, exchange);
const decode: Handler = ({ main }, body, exchange) => detokenize(named(main, body), body, exchange);

/** SageMaker has one path for everything: the request's own members say what it is. */
const invoke: Handler = (models, body, exchange) => {
  if ('messages' in body) return chat(models, body, exchange);
  if ('prompt' in body) return complete(models, body, exchange);
  if ('input' in body) return embed(models, body, exchange);
  return invocations(models.main, body, exchange);
};

const HANDLERS: Readonly<Record<string, Handler>> = {
  '/v1/chat/completions': chat,
  '/v1/completions': complete,
  '/v1/embeddings': embed,
  '/v1/responses': respond,
  '/tokenize': encode,
  '/detokenize': decode,
  '/invocations': invoke,
};

const ENDPOINT = /^\/endpoints\/[A-Za-z0-9](?:-*[A-Za-z0-9]){0,62}\/invocations(-response-stream)?$/;

export interface Route {
  readonly handler: Handler;
  readonly framing: Framing;
}

/** A path as metrics name it: an endpoint's own name is left out, and so is what is none of ours. */
export function routeName(path: string): string {
  const endpoint = ENDPOINT.exec(path);
  if (endpoint !== null) return `/endpoints/NAME/invocations${endpoint[1] ?? ''}`;
  return Object.hasOwn(HANDLERS, path) ? path : 'other';
}

/**
 * What answers a path. `/endpoints/NAME/invocations` is where an AWS SDK with another endpoint URL calls, and
 * `/endpoints/NAME/invocations-response-stream` where it reads a stream.
 */
export function routeFor(path: string): Route | undefined {
  const endpoint = ENDPOINT.exec(path);
  if (endpoint !== null) return { handler: invoke, framing: endpoint[1] === undefined ? 'plain' : 'aws' };
  return Object.hasOwn(HANDLERS, path) ? { handler: HANDLERS[path]!, framing: 'plain' } : undefined;
}

/** @throws ApiError 404 where the request names a model that is not served */
function named(model: ServedModel, { model: wanted }: Body): ServedModel {
  if (wanted === undefined || wanted === null || model.answersTo(wanted)) return model;
  throw new ApiError(404, `the model ${JSON.stringify(wanted).slice(0, 100)} is not served; use ${model.name}`, {
    code: 'model_not_found',
    param: 'model',
  });
}
