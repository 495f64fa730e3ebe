import { z } from 'zod';
import type { Algorithm } from './algorithm.ts';
import { type RobustOptions, withRobustness } from './robustness.ts';
import { robustnessKeys, settingsOfKeys } from './robustness-settings.ts';

/** An entry of the table: FMEval's name for a robust algorithm, with FMEval's flat keys. */
export function robustVariant<Options extends { readonly compat?: 'fmeval' | undefined }>(
  name: string,
  inner: Algorithm<Options>,
): Algorithm<RobustOptions<Options>> {
  const keys = inner.options as unknown as z.ZodObject;
  const options = keys.extend(robustnessKeys).transform((value, context) => {
    const flat = Object.fromEntries(Object.entries(value).filter(([key]) => !(key in robustnessKeys)));
    try {
      const robustness = settingsOfKeys(value as Parameters<typeof settingsOfKeys>[0]);
      return { inner: flat as Options, robustness };
    } catch (thrown) {
      context.addIssue({ code: 'custom', message: (thrown as Error).message, path: ['perturbation_options'] });
      return z.NEVER;
    }
  });
  const robust = withRobustness(inner);
  return {
    ...robust,
    name,
    options: options as unknown as z.ZodType<RobustOptions<Options>>,
    signature: (given) => robust.signature(given).replace(inner.name, name),
  };
}
