import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type CausalFolder, readCausalFolder } from '../../generation/causal-folder.ts';
import { TextCodec } from '../../generation/text-codec.ts';
import { type Drift, driftLine } from '../../layouts/drift.ts';
import { DRIFT_FILE } from '../../layouts/fast-graph.ts';
import { textBehind } from '../../log-probability/text-context.ts';
import { readModelConfig } from '../../models/model-config.ts';
import type { ModelSpec } from '../../worker/messages.ts';
import { readDecoderConfig } from '../export/decoder-config.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { nameShapes } from '../slim/name-shapes.ts';
import { CALIBRATION_CHATS, CALIBRATION_TEXTS } from './calibration-texts.ts';
import { integerGraph } from './integer-graph.ts';
import { measureDrift, type Trial } from './measure-drift.ts';
import { requireSmallDrift } from './require-small-drift.ts';
import { TRIAL_QUESTIONS, TRIAL_TEXTS } from './trial-texts.ts';

/** Longest calibration text in tokens. */
const MOST_TOKENS = 64;

/**
 * Writes a slim graph in whole numbers, and measures on this machine how far its answers are from the exact ones.
 * @param graph of the model folder
 * @param out path of the new graph; what was measured is written beside it
 * @throws AssayError MODEL_UNSUPPORTED for a model that has no such form, or whose answers change too much
 */
export async function prepareFast(graph: string, out: string, folder: string): Promise<Drift> {
  const model = readCausalFolder(folder, basename(graph));
  const { shape } = readDecoderConfig(readModelConfig(folder), folder);
  const codec = await TextCodec.load(model);
  const temporary = await mkdtemp(join(dirname(out), 'making-'));
  try {
    const texts = calibrationTokens(codec);
    const whole = await integerGraph({ path: graph, shape, texts, folder: temporary });
    await writeOnnx(out, whole.graph, whole.nodes);
    await nameShapes(out);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const specOf = (path: string): ModelSpec => {
    const { name, cache, vocabularySize, contextLength } = model;
    const session = { threads: availableParallelism() };
    return { name, graph: path, cache, vocabularySize, contextLength, session };
  };
  const drift = await measureDrift(specOf(graph), specOf(out), trialOf(codec, model));
  requireSmallDrift(drift, model.name, graph);
  await writeFile(join(dirname(out), DRIFT_FILE), `${JSON.stringify(drift)}\n`);
  await writeFile(join(dirname(out), 'provenance.md'), provenance(model.name, graph, drift));
  return drift;
}

function calibrationTokens(codec: TextCodec): number[][] {
  const chats = CALIBRATION_CHATS.map(([question, answer]) => [
    ...questionTokens(codec, question),
    ...codec.encodeBare(answer),
  ]);
  return [...textsAsRead(codec, CALIBRATION_TEXTS), ...chats]
    .map((tokens) => tokens.slice(0, MOST_TOKENS))
    .filter(({ length }) => length > 1);
}

/** Every other text stands at the beginning of a document, as those that are scored do; the others begin with themselves. */
function textsAsRead(codec: TextCodec, texts: readonly string[]): readonly (readonly number[])[] {
  return texts.map((text, at) => {
    if (at % 2 === 1) return codec.encode(text);
    try {
      return textBehind(codec, text).tokens;
    } catch {
      // The tokenizer has no token to put before it.
      return codec.encode(text);
    }
  });
}

function trialOf(codec: TextCodec, { eosIds }: CausalFolder): Trial {
  const texts = textsAsRead(codec, TRIAL_TEXTS).filter(({ length }) => length > 1);
  return { texts, prompts: TRIAL_QUESTIONS.map((question) => questionTokens(codec, question)), eosIds };
}

function questionTokens(codec: TextCodec, question: string): number[] {
  return codec.promptTokens({ id: '', text: question, messages: [{ role: 'user', content: question }] });
}

function provenance(name: string, graph: string, drift: Drift): string {
  return [
    `# ${name}, precision fast`,
    `- Made by assay from ${basename(graph)}: products of eight-bit whole numbers, and a cache of keys and values of eight bits.`,
    `- Tried on texts that were not used to make it: ${driftLine(drift)}.`,
    '',
  ].join('\n');
}
