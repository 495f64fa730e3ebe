import { z } from 'zod';
import type { Sample } from '../samples/sample.ts';
import type { DatasetView } from './algorithm.ts';

const READINGS = ['index', 'letter', 'choice'] as const;

export const answerAs = z
  .enum(READINGS)
  .optional()
  .describe(
    'What answer_index holds: a position from 0, a letter (A is the first), or the choice itself. Default: what fits most rows of the file.',
  );

type AnswerReading = (typeof READINGS)[number];

/** Position of the right choice, from 0; undefined where what the row says is none of them. */
export function rightChoice(
  { features: { choices = [], answer_index: written = '' } }: Pick<Sample, 'features'>,
  reading: AnswerReading = 'index',
): number | undefined {
  const index = positionOf(written.trim(), choices, reading);
  return index >= 0 && index < choices.length ? index : undefined;
}

/**
 * The right choice of a sample as a run keeps it, read as its multiple_choice read it, and what stood before each choice.
 * @param algorithms of the run's manifest
 */
export function recordedChoice(
  features: Sample['features'],
  algorithms: readonly { readonly signature: string }[],
): { readonly right: number | undefined; readonly separator: string } {
  for (const { signature } of algorithms) {
    const [, separator, reading] = SIGNATURE.exec(signature) ?? [];
    if (separator === undefined) continue;
    const right = rightChoice(
      { features },
      READINGS.find((each) => each === reading),
    );
    return { right, separator: String(JSON.parse(separator)) };
  }
  return { right: rightChoice({ features }), separator: ' ' };
}

/** As `multiple_choice` signs its scores. */
const SIGNATURE = /^multiple_choice\|separator:("(?:[^"\\]|\\.)*")\|answer:(\w+)\|/;

function positionOf(text: string, choices: readonly string[], reading: AnswerReading): number {
  switch (reading) {
    case 'index':
      return /^\d+$/.test(text) ? Number(text) : -1;
    case 'letter':
      return /^[A-Za-z]$/.test(text) ? text.toUpperCase().charCodeAt(0) - 65 : -1;
    case 'choice':
      return choices.findIndex((choice) => choice.trim() === text);
  }
}

/**
 * The one way to read every answer of a dataset: "2" is a position in one, a choice in another, and no row alone tells
 * which. Of ways that fit equally many rows the first named counts.
 */
export async function answerReadingOf(data: DatasetView): Promise<AnswerReading> {
  const fits = new Map(READINGS.map((reading) => [reading, 0]));
  for await (const sample of data.all()) {
    for (const [reading, count] of fits) {
      if (rightChoice(sample, reading) !== undefined) fits.set(reading, count + 1);
    }
  }
  return [...fits].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}
