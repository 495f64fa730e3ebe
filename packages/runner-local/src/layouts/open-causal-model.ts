import { AssayError } from '@assay/core/errors';
import type { InferenceSession } from 'onnxruntime-node';
import { openSession } from '../runtime/open-session.ts';
import type { ModelSpec } from '../worker/messages.ts';
import type { CausalModel } from './causal-model.ts';
import { DecoderSessions } from './decoder-sessions.ts';
import { probeSeq2SeqModel, probeStandardModel } from './probe-batching.ts';
import { readSeq2SeqLayout } from './seq2seq-layout.ts';
import { Seq2SeqModel } from './seq2seq-model.ts';
import { SlimModel } from './slim-model.ts';
import { readStandardLayout } from './standard-layout.ts';
import { StandardModel } from './standard-model.ts';

/**
 * Opens a model's graphs and picks the layout that their inputs and outputs show.
 * @throws AssayError MODEL_LOAD, MODEL_MEMORY or MODEL_DEVICE when the runtime refuses a file, MODEL_UNSUPPORTED when it lacks an
 * operator or no layout fits, MODEL_LOAD when it has fewer logits than the config has tokens
 */
export async function openCausalModel(spec: ModelSpec): Promise<CausalModel> {
  const opened: InferenceSession[] = [];
  const open = async (file: string): Promise<InferenceSession> => {
    const session = await openSession(file, spec.session);
    opened.push(session);
    return session;
  };
  try {
    return await openLayout(spec, open);
  } catch (error) {
    for (const session of opened) await session.release();
    throw error;
  }
}

async function openLayout(spec: ModelSpec, open: (file: string) => Promise<InferenceSession>): Promise<CausalModel> {
  const session = await open(spec.graph);
  const { inputNames, outputNames } = session;
  if (inputNames.includes('past_len') && outputNames.includes('new_kv') && outputNames.includes('target_logprobs'))
    return new SlimModel(session, spec.cache, spec.vocabularySize);
  const takesEmbeddings = inputNames.includes('inputs_embeds');
  const sessions = new DecoderSessions(
    session,
    spec.firstGraph === undefined ? undefined : await open(spec.firstGraph),
    takesEmbeddings && spec.embedding !== undefined ? await open(spec.embedding) : undefined,
  );
  if (spec.encoder !== undefined) {
    const encoder = await open(spec.encoder);
    const files = { encoder: spec.encoder, decoder: spec.graph };
    const layout = readSeq2SeqLayout(encoder, sessions, spec.cache, files);
    const model = new Seq2SeqModel(encoder, sessions, layout, spec.vocabularySize);
    await probeSeq2SeqModel(model);
    checkLogits(model, spec);
    return model;
  }
  const model = new StandardModel(sessions, readStandardLayout(sessions, spec.cache, spec.graph), spec.vocabularySize);
  await probeStandardModel(model);
  checkLogits(model, spec);
  return model;
}

/** The trials have shown how many logits there are; a token beyond them would be scored as something else, or not at all. */
function checkLogits({ logitCount }: { readonly logitCount: number }, { vocabularySize, graph }: ModelSpec): void {
  if (logitCount >= vocabularySize) return;
  throw new AssayError(
    'MODEL_LOAD',
    `the graph gives ${logitCount} logits a token, but config.json says vocab_size ${vocabularySize}`,
    { at: { file: graph }, hint: 'weights and config.json are of different models; fetch both again' },
  );
}
