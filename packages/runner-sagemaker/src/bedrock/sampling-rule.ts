import { AssayError } from '@assay/core';

/** Which of temperature and top_p a model takes: both, one at a time, or neither. */
export type SamplingRule = 'both' | 'one' | 'none';

/** "temperature is deprecated for this model": cline/cline#10572 (Opus 4.7), promptfoo/promptfoo#10307 (Opus 5). */
export const WITHOUT_SAMPLING: RegExp = /anthropic\.claude-(?:opus-4-[7-9]|(?:opus|sonnet)-[5-9])(?!\d)/;

/**
 * Families that do not take both. Any other is thought to; `bedrock.sampling` of the config wins. What Bedrock answers, as
 * those report it who met it; of Sonnet and Haiku 4.5 AWS's own page says it.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
 */
const FAMILIES: readonly (readonly [RegExp, SamplingRule])[] = [
  [WITHOUT_SAMPLING, 'none'],
  // "temperature and top_p cannot both be specified": aws-samples/bedrock-chat#979 (Opus 4.1),
  // aws-samples/bedrock-access-gateway#208 and #238 (Opus 4.5, Sonnet 4.6). A date behind the 4 is Opus 4 itself.
  [/anthropic\.claude-(?:opus-4-[1-6]|(?:sonnet|haiku)-4-[5-9]|haiku-[5-9])(?!\d)/, 'one'],
];

/** @param own the config's own word */
export const samplingRule = (modelId: string, own: SamplingRule | undefined): SamplingRule =>
  own ?? FAMILIES.find(([pattern]) => pattern.test(modelId))?.[1] ?? 'both';

/** @throws AssayError CONFIG_INVALID for parameters that the model would refuse on every call */
export function checkSampling(
  model: string,
  rule: SamplingRule,
  { temperature, top_p: topP }: Readonly<Record<string, unknown>>,
): void {
  const given = [temperature, topP].filter((value) => value !== undefined).length;
  const most = { both: 2, one: 1, none: 0 }[rule];
  if (given <= most) return;
  throw new AssayError(
    'CONFIG_INVALID',
    rule === 'one' ? `${model} takes temperature or top_p, not both` : `${model} takes neither temperature nor top_p`,
    { hint: 'take one out of inference_parameters, or write bedrock: { sampling: both } if the model takes them' },
  );
}

/** Geographies of inference profiles, by the first part of their id, and the regions that may call them. */
const GEOGRAPHIES: Readonly<Record<string, RegExp>> = {
  us: /^(us|ca)-(?!gov)/,
  eu: /^eu-/,
  apac: /^ap-/,
  jp: /^ap-northeast-/,
  au: /^ap-southeast-/,
  ca: /^(ca|us)-/,
  'us-gov': /^us-gov-/,
};

/** @throws AssayError CONFIG_INVALID for an inference profile of another part of the world */
export function checkProfileRegion(model: string, modelId: string, region: string): void {
  const [geography = ''] = modelId.split('.');
  const regions = Object.hasOwn(GEOGRAPHIES, geography) ? GEOGRAPHIES[geography] : undefined;
  if (regions === undefined || regions.test(region)) return;
  const rest = modelId.slice(geography.length + 1);
  const fitting = Object.entries(GEOGRAPHIES).find(([, pattern]) => pattern.test(region))?.[0];
  throw new AssayError('CONFIG_INVALID', `${model}: the inference profile ${modelId} cannot be called from ${region}`, {
    hint: fitting === undefined ? 'take another region' : `write model_id: ${fitting}.${rest}, or take another region`,
  });
}
