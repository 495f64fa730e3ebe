import type { Features } from './sample.ts';

const SHOWN = ['context', 'sent_more_input', 'sent_less_input', 'sent_more_log_prob', 'sent_less_log_prob'] as const;

/** What a row has beside input, target, category and output, and FMEval's records have too. */
export type ShownFeatures = { readonly [K in (typeof SHOWN)[number]]?: string };

/** undefined where a row has nothing of it. */
export function shownFeatures(features: Features): ShownFeatures | undefined {
  let shown: { [K in (typeof SHOWN)[number]]?: string } | undefined;
  for (const name of SHOWN) {
    const text = features[name];
    if (text === undefined) continue;
    shown ??= {};
    shown[name] = text;
  }
  return shown;
}
