import type { Features } from './sample.ts';

const SHOWN = [
  'context',
  'sent_more_input',
  'sent_less_input',
  'sent_more_log_prob',
  'sent_less_log_prob',
  'answer_index',
] as const;

/** What a row has beside input, target, category and output, which reports and exports show too. */
export type ShownFeatures = { readonly [K in (typeof SHOWN)[number]]?: string } & {
  readonly choices?: readonly string[];
};

/** undefined where a row has nothing of it. */
export function shownFeatures(features: Features): ShownFeatures | undefined {
  const shown: { [K in (typeof SHOWN)[number]]?: string } & { choices?: readonly string[] } = {};
  let isEmpty = true;
  for (const name of SHOWN) {
    const text = features[name];
    if (text === undefined) continue;
    shown[name] = text;
    isEmpty = false;
  }
  if (features.choices !== undefined) return { ...shown, choices: features.choices };
  return isEmpty ? undefined : shown;
}
