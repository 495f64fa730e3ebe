import type { AuditedJudge, AuditedPanel, AuditFigure, JudgeAudit } from '@assay/report';

/** An audit as a page of Markdown. */
export function auditMarkdown({ run, judges, pairs, panels, agreement, risk }: JudgeAudit): string {
  return [
    `# Judges of ${code(run)}`,
    'Scores are scaled to 0 … 1; intervals hold at 95 %. What the run does not show is left out.',
    ...judges.map(judgeSection),
    ...(pairs.length === 0
      ? []
      : [
          `## Judges and wordings against one another\n\n${table(
            ['judges', 'hold the same', 'second − first'],
            pairs.map(({ judges: [a, b], alike, difference }) => [
              `${code(a)}, ${code(b)}`,
              shown(alike),
              shown(difference),
            ]),
          )}`,
        ]),
    ...panels.filter(({ judges: own }) => own.length > 1).map((panel) => panelSection(panel, agreement, risk)),
  ]
    .join('\n\n')
    .concat('\n');
}

const VERDICTS = {
  helps: 'helps: labels rise with its score',
  not_shown: 'is not shown to help: nothing of it is taken into a corrected score',
  contradicts: 'contradicts the labels: worse than useless',
} as const;

function judgeSection(judge: AuditedJudge): string {
  const { samples, labelled, usefulness } = judge;
  const rows: [string, string, string][] = [
    ['agreement', shown(judge.agreement), 'share of the labels that it repeats'],
    ['bias', shown(judge.bias), 'mean of judge − label; above 0 it is too kind'],
    ['correlation', shown(judge.correlation), 'of its score with the labels'],
    ['picks the first', shown(judge.first), 'position bias; 0.5 is none'],
    ['changed by the order', shown(judge.flipped), 'share of samples'],
    ['length', shown(judge.length), 'of an output’s length with judge − label; above 0 it likes length too much'],
    [
      'self-preference',
      shown(judge.selfPreference),
      'of answers that people hold best: what its own model’s score more than others’',
    ],
    ['excuses its own', shown(judge.selfExcuse), 'the same of answers that people hold worst'],
    ['unstable', shown(judge.unstable), 'share of samples on which its repeats differ'],
  ];
  const few = labelled === 0 ? ' Without labels nobody knows how right it is (`assay label`).' : '';
  return [
    `## ${code(`${judge.algorithm} · ${judge.judge}`)}`,
    `${samples} outputs judged, ${labelled} of them labelled by people.${few}${usefulness === null ? '' : ` **It ${VERDICTS[usefulness]}.**`}`,
    table(
      ['measure', 'value', 'of what'],
      rows.filter(([, value]) => value !== ''),
    ),
  ].join('\n\n');
}

function panelSection({ algorithm, judges, weights, cascade }: AuditedPanel, agreement: number, risk: number): string {
  const known = cascade.every((found) => found !== null);
  const thresholds = cascade.map((found) => (found === null ? 'none' : found.sureFrom.toFixed(3)));
  return [
    `## ${code(algorithm)} as a panel`,
    weights === null
      ? 'Weights need labels.'
      : `By agreement with the labels: \`weights: [${weights.join(', ')}]\` for ${judges.map(code).join(', ')}.`,
    known
      ? `A cascade in this order agrees with people on at least ${agreement * 100} % of what it decides, wrong with a chance of at most ${risk * 100} %: \`sure_from: [${thresholds.join(', ')}]\`.`
      : `The labels do not show from which sureness on each judge agrees on ${agreement * 100} %, at a risk of ${risk * 100} % (found: ${thresholds.join(', ')}): label more, or promise less.`,
  ].join('\n\n');
}

function shown(value: AuditFigure | null): string {
  if (value === null) return '';
  return `${value.value.toFixed(3)} (${value.interval[0].toFixed(3)} … ${value.interval[1].toFixed(3)}, n ${value.n})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Names are anybody's text: they may break neither a cell nor a span. */
function code(text: string): string {
  return `\`${text.replaceAll(/[`|\r\n]/g, ' ')}\``;
}
