import { formatAmount, type ModelPreview, type PowerPreview, type RunPreview } from 'assay/internal';
import { beside, shorten, wrapped } from './fit-text.ts';
import { bold, dim, printable, type Terminal } from './terminal.ts';

/** A preview as one reads it: what, how many, how long, how much, and what it will be able to tell. */
export function planText(preview: RunPreview, terminal: Terminal): string {
  const { dataset, samples, badRows, seed, algorithms, stop } = preview;
  const bad = badRows === 0 ? '' : `, ${badRows} rows that cannot be read`;
  const name = printable(dataset);
  const about = `${count(samples)} samples${bad}, seed ${seed}   ${algorithms.map(printable).join(', ')}`;
  const line = lineIn(terminal.columns);
  return [
    named(name, about, terminal),
    ...(stop === undefined
      ? []
      : [line('early stop', `once ${printable(stop.score)} is ${stop.rule}; what follows is for all samples`)]),
    ...preview.models.flatMap((model) => ['', ...modelLines(model, terminal)]),
    '',
    ...powerLines(preview.power, samples, terminal),
  ].join('\n');
}

function modelLines(model: ModelPreview, terminal: Terminal): string[] {
  const { name, runner, problem, questions, cached } = model;
  const line = lineIn(terminal.columns);
  // A digest is cut, a problem is told in full.
  const room = Math.max(40, terminal.columns - name.length - 3);
  const head = named(
    printable(name),
    runner === null ? printable(problem ?? '') : shorten(printable(runner), room),
    terminal,
  );
  if (runner === 'outputs') return [head, line('asked', 'nothing: the dataset holds the outputs')];
  return [
    head,
    line('questions', count(questions)),
    line('prompt tokens', tokensText(model)),
    ...sharedLines(model).map((text) => line('shared', text)),
    line('truncated', truncatedText(model)),
    line('cached', cached === null ? 'unknown' : `${count(cached)} (${share(cached, questions)})`),
    line('time', timeText(model)),
    line('cost', costText(model)),
  ];
}

function tokensText({ promptTokens }: ModelPreview): string {
  if (promptTokens === null) return 'unknown: the runner cannot count them without a call';
  const { min, median, max, total } = promptTokens;
  return `min ${count(min)}, median ${count(median)}, max ${count(max)}, total ${count(total)}`;
}

/** One line, where the runner reads once what prompts share. */
function sharedLines({ promptTokens, sharedTokens }: ModelPreview): string[] {
  if (promptTokens === null || sharedTokens === null) return [];
  const { total } = promptTokens;
  return [`about ${count(sharedTokens)} of these tokens (${share(sharedTokens, total)}), which are read once`];
}

function truncatedText({ tooLong, contextTokens, overflow }: ModelPreview): string {
  if (tooLong === null) return 'unknown';
  const what = overflow === 'error' ? 'not asked' : `cut on the ${overflow === 'left' ? 'left' : 'inside'}`;
  return `${count(tooLong)}${tooLong === 0 ? '' : `, ${what}`} (context ${count(contextTokens ?? 0)} tokens)`;
}

function timeText({ probe, seconds, cached, questions, isBatched }: ModelPreview): string {
  if (seconds === 0) return cached === questions ? 'none: every answer is cached' : 'none: nothing is asked';
  if (isBatched) return 'within a day, as a batch; a run may be ended meanwhile and resumed';
  if (probe === null) return 'unknown without a probe';
  const basis = `probe of ${probe.samples} samples: ${plural(probe.timedQuestions, 'question')} in ${duration(probe.elapsedMs / 1000)}`;
  const failed = probe.failed === 0 ? '' : `, ${probe.failed} failed: ${printable(probe.firstError ?? 'no answer')}`;
  return `${seconds === null ? 'unknown' : `at most about ${duration(seconds)}`} (${basis}${failed})`;
}

function costText({ cost, costReason }: ModelPreview): string {
  if (cost === null) return `unknown (${printable(costReason)})`;
  return `${cost.isUpperBound ? 'at most' : 'about'} ${formatAmount(cost.amount)} ${printable(cost.currency)} (${printable(costReason)})`;
}

function powerLines(
  { scores, gates, clusters, effectiveSamples, discordant, alpha, power, family }: PowerPreview,
  samples: number,
  terminal: Terminal,
): string[] {
  const known = scores.filter(({ difference }) => difference !== null);
  const width = Math.max(15, ...known.map(({ score }) => score.length + 2));
  const line = lineIn(terminal.columns);
  const told = (text: string) => wrapped(text, terminal.columns, '  ').map((part) => dim(part, terminal));
  const together = family > 1 ? ` over ${count(family)} verdicts together` : '';
  return [
    bold(`what ${count(samples)} samples can tell`, terminal),
    ...told(
      `smallest difference of two models found with ${percent(power)} power at ${percent(alpha)} false alarms${together}, if they differ on ${percent(discordant)} of the samples`,
    ),
    ...(effectiveSamples === null
      ? []
      : told(
          `their weights make them count like ${count(Math.floor(effectiveSamples))} of equal weight, for which the figures are`,
        )),
    ...(clusters === null
      ? []
      : told(
          `these are figures of independent samples: the ${count(clusters)} clusters make them tell less, at worst as much as ${count(clusters)} samples`,
        )),
    ...known.map(({ score, difference, margin }) => {
      const needed =
        margin === undefined || margin.samples === null
          ? ''
          : `   the margin ${margin.difference} needs about ${count(margin.samples)} samples`;
      return beside(`  ${printable(score).padEnd(width)}`, `${difference!.toPrecision(2)}${needed}`, terminal.columns);
    }),
    ...(known.length === 0 ? ['  none: too few samples, or no score with bounds'] : []),
    ...gates.flatMap(({ gate, purpose, samples: needed, isEnough, labels }) => {
      if (needed === null) return [line('gate', `${printable(gate)}: ${printable(purpose)}`)];
      const verdict = isEnough === true ? 'enough' : `${count(samples)} are too few`;
      return [
        line('gate', `${printable(gate)}: about ${count(needed)} samples ${printable(purpose)} (${verdict})`),
        ...(labels === undefined ? [] : [line('', labelText(labels, samples))]),
      ];
    }),
  ];
}

function labelText(
  { correlation, corrected, alone }: NonNullable<PowerPreview['gates'][number]['labels']>,
  samples: number,
): string {
  if (corrected === null) return `labels of all ${count(samples)} samples are too few for it`;
  const without = alone === null ? 'more than there are samples' : count(alone);
  return `and ${count(corrected)} human labels with a judge of correlation ${correlation}, ${without} without one`;
}

/** A fact of a model, and how it goes on where a line is too short for it. */
function lineIn(columns: number): (label: string, text: string) => string {
  return (label, text) => beside(`  ${label.padEnd(15)}`, text, columns);
}

/** `name   what is told of it`, the name in bold. */
function named(name: string, text: string, terminal: Terminal): string {
  const whole = beside(`${name}   `, text, terminal.columns);
  return whole.startsWith(name) ? bold(name, terminal) + whole.slice(name.length) : whole;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function plural(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? '' : 's'}`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? 'of none' : percent(part / whole);
}

function percent(value: number): string {
  return `${Number((100 * value).toPrecision(3))} %`;
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Number(seconds.toPrecision(2))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
