import {
  type BilledLine,
  type EstimateLine,
  formatAmount,
  formatHourlyCost,
  type Instances,
  type PriceTable,
  totalOf,
} from 'assay/internal';

/** What a pipeline can cost at most, a line each. */
export function estimateText(lines: readonly EstimateLine[], prices: PriceTable | undefined): string[] {
  const rows = lines.map(({ step, instances, isByRequest, hourly, maxSeconds, atMost }) => {
    if (isByRequest)
      return `estimate  ${step}: serverless, paid by the seconds and memory of its requests; not counted`;
    const what = instances === null ? 'the instance type that JumpStart names' : instancesText([instances]);
    const cost = atMost === null ? 'unknown price' : `at most ${money(atMost, prices)}`;
    const each = hourly === null ? '' : `${formatHourlyCost(hourly, prices)}, `;
    return `estimate  ${step}: ${what}, ${each}${cost} in ${hoursText(maxSeconds)}`;
  });
  const { amount, unknown } = totalOf(lines.map(({ step, atMost }) => ({ name: step, amount: atMost })));
  if (unknown.length === lines.length) return [...rows, 'estimate  in all: unknown (no prices for its instances)'];
  const rest = unknown.length === 0 ? '' : `, and ${unknown.length} of unknown price`;
  return [...rows, `estimate  in all: at most ${money(amount, prices)}${rest}; steps that end sooner cost less`];
}

/** What was paid for, a line each, and the sum. */
export function billedText(lines: readonly BilledLine[], prices: PriceTable | undefined): string[] {
  const rows = lines.map(({ name, use, instances, seconds, amount }) => {
    const what = instances.length === 0 ? 'unknown instance' : instancesText(instances);
    return `billed    ${name}: ${Math.round(seconds)} s of ${what} (${use}), ${amount === null ? 'price unknown' : money(amount, prices)}`;
  });
  return lines.length === 0 ? [] : [...rows, `cost      ${costSoFar(lines, prices)}`];
}

/** `1.20 USD`, or what is missing for it. */
export function costSoFar(lines: readonly BilledLine[], prices: PriceTable | undefined): string {
  const { amount, unknown } = totalOf(lines);
  if (unknown.length > 0 && unknown.length === lines.length) return 'unknown (no prices for its instances)';
  return `${money(amount, prices)}${unknown.length === 0 ? '' : ` and ${unknown.length} of unknown price`}`;
}

/** Where a step's log is, as a command. */
export const logCommand = ({ log: { group, streams } }: BilledLine): string =>
  `aws logs tail ${group}${streams === '' ? '' : ` --log-stream-name-prefix ${streams}`} --since 1d`;

const money = (amount: number, prices: PriceTable | undefined): string =>
  `${formatAmount(amount)} ${prices?.currency ?? ''}`.trim();

const instancesText = (all: readonly Instances[]): string =>
  all.map(({ type, count }) => (count === 1 ? type : `${type} × ${count}`)).join(' + ');

const hoursText = (seconds: number): string => `${Number((seconds / 3600).toPrecision(3))} h`;
