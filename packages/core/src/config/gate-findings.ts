import { isAssayError, type SourcePlace } from '../errors/assay-error.ts';
import type { ConfigPath } from './config-path.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Finding } from './finding.ts';
import { parseGate } from './parse-gate.ts';
import type { GateConfig } from './schema/decision-config.ts';
import type { EvaluationConfig } from './schema/evaluation-config.ts';

type GateKey = keyof Exclude<GateConfig, string>;

/** Why a text is no gate of a config. */
export function gateTextFindings(text: string, i: number, placeOf: (path: ConfigPath) => SourcePlace): Finding[] {
  const invalid = (message: string, hint: string | undefined): Finding[] => [
    {
      severity: 'error',
      code: 'CONFIG_INVALID',
      message,
      at: placeOf(['gates', i]),
      ...(hint === undefined ? {} : { hint }),
    },
  ];
  try {
    const [gate] = parseGate(text);
    if (gate?.kind !== 'regression' || gate.baseline !== undefined) return [];
    return invalid(`gates[${i}] needs a baseline run`, `write: ${text.trim()} against RUN`);
  } catch (thrown) {
    if (!isAssayError(thrown)) throw thrown;
    return invalid(`gates[${i}]: ${thrown.message}`, thrown.hint);
  }
}

/** What is wrong with a gate in the map form: models that are not there, keys that lack or contradict another. */
export function gateFindings(
  gate: Exclude<GateConfig, string>,
  i: number,
  { models }: Pick<EvaluationConfig, 'models'>,
  placeOf: (path: ConfigPath) => SourcePlace,
): Finding[] {
  const invalid = (message: string, key?: GateKey | readonly ['models', number], hint?: string): Finding => ({
    severity: 'error',
    code: 'CONFIG_INVALID',
    message: `gates[${i}]${message}`,
    at: placeOf(['gates', i, ...(key === undefined ? [] : [key].flat())] as ConfigPath),
    ...(hint === undefined ? {} : { hint }),
  });
  const findings: Finding[] = [];
  const known = models.map(({ name }) => name);
  for (const [at, name] of gate.models?.entries() ?? []) {
    if (known.includes(name)) continue;
    const near = didYouMean(name, known);
    const suggestion = near === undefined ? '' : `; did you mean "${near}"?`;
    findings.push(
      invalid(`: no model here is named "${name}"${suggestion}`, ['models', at], `models: ${known.join(', ')}`),
    );
  }
  const hasLimits = gate.min !== undefined || gate.max !== undefined;
  const isRegression = gate.max_regression !== undefined;
  if (gate.score !== undefined && gate.state !== undefined)
    findings.push(invalid(' takes one of score and state', 'state'));
  else if (hasLimits && gate.score === undefined && gate.state === undefined)
    findings.push(invalid(' needs one of score and state'));
  if (!hasLimits && !isRegression) findings.push(invalid(' limits nothing: it needs min, max or max_regression'));
  if (isRegression && gate.baseline === undefined)
    findings.push(invalid('.max_regression needs a baseline run', 'max_regression'));
  if (!isRegression && gate.baseline !== undefined)
    findings.push(invalid('.baseline needs max_regression, the greatest loss that passes (0 for none)', 'baseline'));
  if (gate.bridge !== undefined && gate.baseline === undefined)
    findings.push(invalid('.bridge goes with baseline: it is for a baseline that has another judge', 'bridge'));
  if (!isRegression && gate.confidence !== undefined)
    findings.push(
      invalid(
        '.confidence goes with max_regression: min and max are held against the run’s own interval',
        'confidence',
      ),
    );
  if (!hasLimits && gate.bound !== undefined) findings.push(invalid('.bound goes with min or max', 'bound'));
  if (gate.state !== undefined) {
    for (const key of ['bound', 'category', 'max_regression'] as const)
      if (gate[key] !== undefined) findings.push(invalid(`.${key} goes with a score, not with a state`, key));
  }
  return findings;
}
