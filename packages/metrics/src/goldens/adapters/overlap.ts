import { porterStem } from '../../stem/porter-stem.ts';
import type { GoldenAdapter } from '../golden-adapter.ts';

export const adapters: readonly GoldenAdapter[] = [
  {
    name: 'porter_stem',
    compute: ({ word }) => ({
      NLTK_EXTENSIONS: porterStem(word),
      ORIGINAL_ALGORITHM: porterStem(word, { mode: 'ORIGINAL_ALGORITHM' }),
      MARTIN_EXTENSIONS: porterStem(word, { mode: 'MARTIN_EXTENSIONS' }),
      to_lowercase_false: porterStem(word, { lowercase: false }),
    }),
  },
];
