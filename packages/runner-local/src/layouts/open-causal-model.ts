import { AssayError } from '@assay/core';
import { InferenceSession } from 'onnxruntime-node';
import type { ModelSpec } from '../worker/messages.ts';
import type { CausalModel } from './causal-model.ts';
import { probeBatching } from './probe-batching.ts';
import { SlimModel } from './slim-model.ts';
import { readStandardLayout } from './standard-layout.ts';
import { StandardModel } from './standard-model.ts';

/**
 * Opens a graph and picks the layout that its inputs and outputs show.
 * @throws AssayError MODEL_LOAD when the runtime refuses the file, MODEL_UNSUPPORTED when no layout fits
 */
export async function openCausalModel(spec: ModelSpec): Promise<CausalModel> {
  const session = await createSession(spec);
  const inputs = new Set(session.inputNames);
  const outputs = new Set(session.outputNames);
  if (inputs.has('past_len') && outputs.has('new_kv') && outputs.has('target_logprobs')) {
    return new SlimModel(session, spec.cache, spec.vocabularySize);
  }
  try {
    const model = new StandardModel(session, readStandardLayout(session, spec.cache, spec.graph), spec.vocabularySize);
    await probeBatching(model);
    return model;
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** `auto` is the CPU: it needs nothing installed, and all that we measured runs on it. */
function providers(device: string): string[] {
  return device === 'auto' || device === 'cpu' ? ['cpu'] : [device, 'cpu'];
}

async function createSession(spec: ModelSpec): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(spec.graph, {
      intraOpNumThreads: spec.threads,
      interOpNumThreads: 1,
      executionProviders: providers(spec.device),
      logSeverityLevel: 4,
    });
  } catch (cause) {
    throw new AssayError(
      'MODEL_LOAD',
      `the graph cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        at: { file: spec.graph },
        hint: 'the file or its external data is damaged or made for a newer runtime; fetch the model again',
        cause,
      },
    );
  }
}
