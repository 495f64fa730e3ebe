import { isRecord } from '../../datasets/row-batch.ts';
import type { ImportFindings } from '../findings.ts';
import { hubModelRequest } from './hub-requests.ts';
import type { ImportedModel, Place, ProviderFiles } from './imported-model.ts';
import { importProvider } from './promptfoo-providers.ts';
import { encoderOf, gradersOf } from './provider-encoder.ts';

/** Who decides the checks of a row that a model decides, as helper models are named: a model's name, or its block as JSON. */
export interface RowGraders {
  /** Null where the config names one that promptfoo refuses. */
  readonly judge: string | null | undefined;
  readonly encoder: string | undefined;
}

/** Where graders are named. */
export interface GraderPlace {
  readonly place: Place;
  readonly findings: ImportFindings;
  readonly files: ProviderFiles | undefined;
}

/** The graders that `options.provider`, or the `provider` of an assertion, names: for texts and for embeddings. */
export function gradersIn(provider: unknown, at: GraderPlace): RowGraders {
  if (provider === undefined) return { judge: undefined, encoder: undefined };
  const asEncoder = encoderOf(provider, at);
  if (asEncoder !== undefined && !hasText(provider)) return { judge: undefined, encoder: asEncoder };
  const { text, embedding } = gradersOf(provider);
  return { judge: judgeIn(text, at), encoder: embedding === undefined ? undefined : encoderIn(embedding, at) };
}

const hasText = (provider: unknown): boolean =>
  isRecord(provider) && ('text' in provider || 'embedding' in provider || !('id' in provider));

function encoderIn(embedding: unknown, at: GraderPlace): string | undefined {
  const encoder = encoderOf(embedding, at);
  if (encoder === undefined) {
    const shown = isRecord(embedding) ? String(embedding.id) : String(embedding);
    at.findings.warn(
      `the embeddings of ${shown} are not carried over`,
      at.place(),
      'name others: --encoder PROVIDER, such as openai:embedding:text-embedding-3-small, or a local encoder',
    );
  }
  return encoder;
}

function judgeIn(text: unknown, { place, findings, files }: GraderPlace): string | null | undefined {
  if (text === undefined) return undefined;
  // promptfoo refuses such a grader, and so the rows that would need one.
  if (isRecord(text) && !('id' in text)) {
    findings.note('promptfoo knows no grader without an id: rows that it would grade end in an error there', place());
    return null;
  }
  const classifier = classifierOf(text);
  if (classifier !== undefined) return classifier;
  const model = importProvider(text, place, findings, files);
  return model === undefined ? undefined : helperName(model);
}

/** A classifier of the hub, whose answer is its labels as JSON. */
function classifierOf(entry: unknown): string | undefined {
  const id = String(isRecord(entry) ? entry.id : entry);
  const config = isRecord(entry) && isRecord(entry.config) ? entry.config : {};
  const [, kind, model = ''] = /^(?:huggingface|hf):((?:text|token)-classification):(.+)$/.exec(id) ?? [];
  return kind === undefined ? undefined : JSON.stringify(hubModelRequest(kind, model, config));
}

/** A model as helper models are named. */
export function helperName({ keys, parameters }: ImportedModel): string {
  const settings =
    Object.keys(parameters).length === 0 ? {} : { evaluation_config: { inference_parameters: parameters } };
  return JSON.stringify({ ...keys, ...settings });
}
