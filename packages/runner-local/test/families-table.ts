import type { Decoder } from '../src/convert/decoder/decoder.ts';
import { FAMILIES } from '../src/convert/families/families.ts';

/** Models whose exports are not converted, and the words that say why. */
export const REFUSED_EXPORTS: Readonly<Record<string, string>> = { phi4: 'changes with the length of the text' };

/** A model that transformers answered with, and what it is converted to. */
export interface ProvenModel {
  readonly type: string;
  readonly decoder: Decoder;
  /** Of config.json: `llama3`, `yarn` … */
  readonly scaling: string;
  /** Forms of it that are converted in the tests, the usual one first. */
  readonly forms: readonly string[];
  /** Tensors beyond those that every family has. */
  readonly extras: readonly string[];
}

/** The list of docs/models.md: each family that a test proves. */
export function familiesList(proven: readonly ProvenModel[]): string {
  return provenFamilies(proven)
    .map(({ type, models }) => `- \`${type}\`: ${models}`)
    .join('\n');
}

/** The table of the package's README: what the models of each had in the tests, and from which forms they were converted. */
export function proofTable(proven: readonly ProvenModel[]): string {
  const rows = provenFamilies(proven).map(({ type, own }) => {
    const features = [...new Set(own.flatMap(featuresOf))];
    const forms = [...new Set(own.flatMap((model) => model.forms))];
    return `| \`${type}\` | ${features.join(', ')} | ${forms.length === 3 ? 'all three' : forms.join(', ')} |`;
  });
  return ['| `model_type` | proven with | as |', '| --- | --- | --- |', ...rows].join('\n');
}

const provenFamilies = (
  proven: readonly ProvenModel[],
): { type: string; models: string; own: readonly ProvenModel[] }[] =>
  FAMILIES.map(({ type, models }) => ({ type, models, own: proven.filter((model) => model.type === type) })).filter(
    ({ own }) => own.length > 0,
  );

function featuresOf({ decoder, scaling, extras }: ProvenModel): string[] {
  const { layers, ropes, shape } = decoder;
  const windows = layers.filter(({ window }) => window !== null).length;
  const positionless = layers.filter(({ rope }) => rope === null).length;
  const ofAll = (count: number): string =>
    count === layers.length ? 'every layer' : `${count} of ${layers.length} layers`;
  return [
    windows > 0 ? `a sliding window in ${ofAll(windows)}` : 'full attention',
    positionless > 0 ? `no rotary embedding in ${ofAll(positionless)}` : '',
    ropes.length > 1 ? `${ropes.length} rotary embeddings` : '',
    ropes[0]!.frequencies.length * 2 < shape.headSize ? 'a part of each head turned' : '',
    scaling === 'default' ? '' : `\`${scaling}\` scaling`,
    decoder.scoreCap === null ? '' : 'capped scores',
    decoder.logitCap === null ? '' : 'capped logits',
    decoder.residualFactor === 1 ? '' : 'factors on embeddings, parts, scores and logits',
    ...extras,
  ].filter((feature) => feature !== '');
}
