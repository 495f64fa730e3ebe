import { z } from 'zod';
import { type ExchangeFormat, unreadable } from './exchange-format.ts';
import type { HumanLabel } from './human-label.ts';

const result = z.looseObject({
  type: z.string(),
  value: z.looseObject({ choices: z.array(z.string()).optional() }),
});
const annotation = z.looseObject({
  result: z.array(result),
  /** A user's number, or an object with it; in tasks of assay the name of a person. */
  completed_by: z.union([z.int(), z.string(), z.looseObject({ id: z.int(), email: z.string().optional() })]).optional(),
  was_cancelled: z.boolean().nullish(),
  updated_at: z.string().optional(),
  created_at: z.string().optional(),
});
const digest = z.string().regex(/^[0-9a-f]{16}$/);
const task = z.looseObject({
  data: z.looseObject({ sample: digest, output: digest, rubric: digest }),
  annotations: z.array(annotation).default([]),
});

/**
 * Label Studio's JSON. A project needs a Text named `answer` and Choices with the labels; whichever name it has, the choice of an
 * annotation counts.
 * @see https://labelstud.io/guide/export (Label Studio JSON format of annotated tasks)
 */
export const labelStudio: ExchangeFormat = {
  name: 'label-studio',
  write: ({ rubric, tasks }, labels) =>
    `${JSON.stringify(
      tasks.map(({ sample, output, question, reference, answer }) => ({
        data: {
          sample,
          output,
          rubric: rubric.digest,
          instruction: rubric.text,
          question,
          reference: reference ?? '',
          answer,
        },
        annotations: labels.flatMap((said) =>
          said.sample === sample && said.output === output && said.label !== null
            ? [annotationOf(said, said.label)]
            : [],
        ),
      })),
      undefined,
      1,
    )}\n`,
  read: (text, fallback) => {
    const found = z.array(task).safeParse(parsed(text));
    if (!found.success) {
      const [issue] = found.error.issues;
      throw unreadable('Label Studio', `${issue!.path.join('.')} ${issue!.message}`);
    }
    const labels: HumanLabel[] = [];
    let unanswered = 0;
    for (const { data, annotations } of found.data) {
      const said = annotations.flatMap((given) => labelOf(given, data, fallback));
      if (said.length === 0) unanswered += 1;
      labels.push(...said);
    }
    return { labels, unanswered };
  },
};

function annotationOf({ who, when }: HumanLabel, label: string): object {
  return {
    result: [{ from_name: 'label', to_name: 'answer', type: 'choices', value: { choices: [label] } }],
    completed_by: who,
    created_at: when,
    was_cancelled: false,
  };
}

function labelOf(
  given: z.output<typeof annotation>,
  { sample, output, rubric }: z.output<typeof task>['data'],
  fallback: { readonly who: string; readonly when: string },
): HumanLabel[] {
  const choice = given.result.find(({ type }) => type === 'choices')?.value.choices;
  if (given.was_cancelled === true || choice?.length !== 1) return [];
  const by = given.completed_by;
  const who =
    by === undefined
      ? fallback.who
      : typeof by === 'object'
        ? (by.email ?? `user ${by.id}`)
        : typeof by === 'number'
          ? `user ${by}`
          : by;
  return [
    {
      sample,
      output,
      rubric,
      label: choice[0]!,
      who,
      when: utc(given.updated_at ?? given.created_at) ?? fallback.when,
    },
  ];
}

/** A time with any offset, in UTC. */
function utc(text: string | undefined): string | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    throw unreadable('Label Studio', (thrown as Error).message);
  }
}
