import { z } from 'zod';
import { type ExchangeFormat, unreadable } from './exchange-format.ts';
import type { HumanLabel } from './human-label.ts';

const digest = z.string().regex(/^[0-9a-f]{16}$/);
const response = z.looseObject({
  value: z.unknown(),
  user_id: z.string().nullish(),
  status: z.string().nullish(),
});
const record = z.looseObject({
  metadata: z.looseObject({ sample: digest, output: digest, rubric: digest }),
  responses: z.record(z.string(), z.array(response)).nullish(),
  status: z.string().nullish(),
});

/** The question of the dataset that people answer; another name will do where it is the only one. */
const QUESTION = 'label';

/**
 * Argilla 2's records, as `dataset.records.to_json` writes and `from_json` reads them: fields question, reference, answer; a
 * LabelQuestion named `label`; metadata sample, output, rubric. Responses carry no time: they count as of the import.
 * @see https://docs.argilla.io/latest/how_to_guides/import_export
 */
export const argilla: ExchangeFormat = {
  name: 'argilla',
  write: ({ rubric, tasks }, labels) =>
    `${JSON.stringify(
      tasks.map(({ sample, output, question, reference, answer }) => {
        const own = labels.filter((said) => said.sample === sample && said.output === output && said.label !== null);
        return {
          id: `${sample}-${output}`,
          fields: { question, reference: reference ?? '', answer },
          metadata: { sample, output, rubric: rubric.digest },
          suggestions: {},
          responses:
            own.length === 0 ? {} : { [QUESTION]: own.map(({ label, who }) => ({ value: label, user_id: who })) },
          vectors: {},
          status: own.length === 0 ? 'pending' : 'completed',
        };
      }),
      undefined,
      1,
    )}\n`,
  read: (text, fallback) => {
    const found = z.array(record).safeParse(parsed(text));
    if (!found.success) {
      const [issue] = found.error.issues;
      throw unreadable('Argilla', `${issue!.path.join('.')} ${issue!.message}`);
    }
    const labels: HumanLabel[] = [];
    let unanswered = 0;
    for (const { metadata, responses } of found.data) {
      const { sample, output, rubric } = metadata;
      const questions = Object.values(responses ?? {});
      const given = responses?.[QUESTION] ?? (questions.length === 1 ? questions[0]! : []);
      const said = given.flatMap(({ value, user_id: user, status }): HumanLabel[] =>
        typeof value !== 'string' || value === '' || status === 'draft' || status === 'discarded'
          ? []
          : [{ sample, output, rubric, label: value, who: user ?? fallback.who, when: fallback.when }],
      );
      if (said.length === 0) unanswered += 1;
      labels.push(...said);
    }
    return { labels, unanswered };
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    throw unreadable('Argilla', (thrown as Error).message);
  }
}
