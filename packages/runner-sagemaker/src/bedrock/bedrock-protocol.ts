import { createHash } from 'node:crypto';
import { type GenerateOptions, isGreedyRequest, type Prompt, type ResolvedModel } from '@assay/core';
import { createPayload } from '../payload/payload.ts';
import type { Answer } from '../payload/read-answer.ts';
import { converseRequest } from './converse-request.ts';
import {
  checkConverse,
  checkParameters,
  parameterRule,
  requireSystemPrompts,
  withFamilyNames,
} from './parameter-rules.ts';
import { readConverse, readInvoked } from './read-bedrock.ts';
import { checkProfileRegion, checkSampling, samplingRule } from './sampling-rule.ts';

export type BedrockModel = Extract<ResolvedModel, { runner: 'bedrock' }>;

/** How a model is asked, at once or in batches: the body of its request, and the answer in that of the response. */
export interface BedrockProtocol {
  readonly api: 'converse' | 'invoke';
  /** JSON text on one line. */
  request(prompt: Prompt, options: GenerateOptions): string;
  /** @param body of the response @throws AssayError RUNNER_REFUSED where a guardrail or a filter stepped in, AWS_RESPONSE_SHAPE */
  read(body: unknown): Answer;
  isGreedy(options: GenerateOptions): boolean;
  /** Of all that shapes a request, for the runner's id. */
  readonly digest: string;
}

/** @throws AssayError CONFIG_INVALID for parameters that the model refuses, and for a profile of another part of the world */
export function bedrockProtocol(model: BedrockModel, region: string): BedrockProtocol {
  const { api = 'converse', model_id: modelId, sampling, guardrail, answer } = model.bedrock;
  checkProfileRegion(model.name, modelId, region);
  const settings = model.config.evaluation_config;
  const asking = [api, model.inferenceParameters, settings?.content_template, settings?.output];
  const described = JSON.stringify([
    ...asking,
    ...(guardrail === undefined ? [] : [guardrail]),
    ...(answer === undefined ? [] : [answer]),
  ]);
  const digest = createHash('sha256').update(described).digest('hex').slice(0, 8);
  if (api === 'converse') {
    const rule = samplingRule(modelId, sampling);
    checkSampling(model.name, rule, model.inferenceParameters);
    const takes = parameterRule(model);
    checkConverse(model);
    checkParameters(model, takes);
    const body = (prompt: Prompt, options: GenerateOptions) => {
      const request = converseRequest(prompt, options, withFamilyNames(model.inferenceParameters, takes), rule);
      if (request.system !== undefined) requireSystemPrompts(model.name, takes);
      return request;
    };
    return {
      ...{ api, digest },
      request: (prompt, options) => JSON.stringify(body(prompt, options)),
      read: (body) => readConverse(body, answer),
      isGreedy: (options) => isGreedyRequest(body({ id: '', text: '' }, options)),
    };
  }
  const payload = createPayload({
    payload: 'bedrock',
    contentTemplate: settings?.content_template,
    inferenceParameters: model.inferenceParameters,
    output: settings?.output,
    model: model.name,
  });
  return {
    ...{ api, digest },
    request: (prompt) => payload.request(prompt),
    read: (body) => readInvoked(body, payload.output),
    isGreedy: () => payload.isGreedy,
  };
}
