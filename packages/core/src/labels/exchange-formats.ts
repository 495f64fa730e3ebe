import { argilla } from './argilla.ts';
import type { ExchangeFormat } from './exchange-format.ts';
import { csvLabels } from './label-csv.ts';
import { labelStudio } from './label-studio.ts';

/** Every format that labels are exchanged in, by name. */
export const EXCHANGE_FORMATS: ReadonlyMap<string, ExchangeFormat> = new Map(
  [csvLabels, labelStudio, argilla].map((format) => [format.name, format]),
);
