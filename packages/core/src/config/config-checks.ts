import type { SourcePlace } from '../errors/assay-error.ts';
import { canonicalAlgorithmName } from './algorithm-name.ts';
import type { ConfigPath } from './config-path.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Finding } from './finding.ts';
import { gateFindings, gateTextFindings } from './gate-findings.ts';
import { keysOf } from './known-keys.ts';
import { ownJudgeFindings } from './own-judge.ts';
import { runnerOf } from './runner-of.ts';
import type { EvaluationConfig } from './schema/evaluation-config.ts';
import { inferenceParameters } from './schema/inference-parameters.ts';
import { urlSecrets } from './url-secrets.ts';

type PlaceOf = (path: ConfigPath) => SourcePlace;

/** What a schema cannot see: names that clash, references to nothing, keys that change nothing. */
export function checkConfig(config: EvaluationConfig, placeOf: PlaceOf): Finding[] {
  return [
    ...modelFindings(config, placeOf),
    ...promptFindings(config, placeOf),
    ...algorithmFindings(config, placeOf),
    ...decisionFindings(config, placeOf),
    ...ownJudgeFindings(config, placeOf),
  ];
}

function modelFindings(config: EvaluationConfig, placeOf: PlaceOf): Finding[] {
  const findings: Finding[] = [];
  const firstByName = new Map<string, number>();
  for (const [i, model] of config.models.entries()) {
    const first = firstByName.get(model.name);
    if (first === undefined) firstByName.set(model.name, i);
    else {
      findings.push({
        severity: 'error',
        code: 'CONFIG_INVALID',
        message: `models[${first}] and models[${i}] are both named "${model.name}"`,
        at: placeOf(['models', i, 'name']),
        hint: 'results are kept by model name: give each its own',
      });
    }
    if (runnerOf(model) === undefined) {
      findings.push({
        severity: 'error',
        code: 'CONFIG_MISSING_BLOCK',
        message: `nothing says what runs models[${i}] ("${model.name}")`,
        at: placeOf(['models', i]),
        hint: 'add `runner: local` with a model_id, or one of the blocks local, scripted, openai, http, exec, module, bedrock, sagemaker',
      });
    }
    findings.push(...urlFindings(model, i, placeOf));
    findings.push(...parameterFindings(model.evaluation_config?.inference_parameters, i, placeOf));
  }
  return findings;
}

/** What of an address is a key stands in no file: it would be copied into each run. */
function urlFindings({ openai, http }: EvaluationConfig['models'][number], model: number, placeOf: PlaceOf): Finding[] {
  const urls = [
    ['openai', 'base_url', openai?.base_url],
    ['http', 'url', http?.url],
  ] as const;
  return urls.flatMap(([block, key, url]): Finding[] => {
    const secrets = url === undefined ? [] : urlSecrets(url);
    if (secrets.length === 0) return [];
    return [
      {
        severity: 'error',
        code: 'CONFIG_INVALID',
        message: `${block}.${key} holds what is secret: ${secrets.join(', ')}`,
        at: placeOf(['models', model, block, key]),
        hint:
          block === 'openai'
            ? 'Put the key into a variable and name that: openai.api_key_env.'
            : 'Put it into a variable and name that: http.headers_env.',
      },
    ];
  });
}

function promptFindings({ prompts = [] }: EvaluationConfig, placeOf: PlaceOf): Finding[] {
  return prompts.flatMap(({ name }, i): Finding[] => {
    const first = prompts.findIndex((prompt) => prompt.name === name);
    if (first === i) return [];
    return [
      {
        severity: 'error',
        code: 'CONFIG_INVALID',
        message: `prompts[${first}] and prompts[${i}] are both named "${name}"`,
        at: placeOf(['prompts', i, 'name']),
        hint: 'results are kept by model and prompt: give each its own',
      },
    ];
  });
}

/** Unknown inference parameters pass through to endpoints; one that looks like a slip deserves a word. */
function parameterFindings(
  parameters: Readonly<Record<string, unknown>> | undefined,
  model: number,
  placeOf: PlaceOf,
): Finding[] {
  const known = keysOf(inferenceParameters);
  return Object.keys(parameters ?? {}).flatMap((key): Finding[] => {
    const suggestion = known.includes(key) ? undefined : didYouMean(key, known);
    if (suggestion === undefined) return [];
    return [
      {
        severity: 'warning',
        code: 'CONFIG_SUSPECT_KEY',
        message: `inference parameter "${key}" is passed to endpoints as it is and ignored elsewhere; did you mean "${suggestion}"?`,
        at: placeOf(['models', model, 'evaluation_config', 'inference_parameters', key]),
      },
    ];
  });
}

function algorithmFindings(config: EvaluationConfig, placeOf: PlaceOf): Finding[] {
  const findings: Finding[] = [];
  const firstByName = new Map<string, number>();
  for (const [i, entry] of config.algorithms.entries()) {
    const name = entry.name ?? canonicalAlgorithmName(entry.algorithm);
    const first = firstByName.get(name);
    if (first === undefined) firstByName.set(name, i);
    else {
      findings.push({
        severity: 'error',
        code: 'CONFIG_INVALID',
        message: `algorithms[${first}] and algorithms[${i}] would both report as "${name}"`,
        at: placeOf(['algorithms', i]),
        hint: 'give one of them a `name`',
      });
    }
    const isPythonModule =
      entry.module !== undefined &&
      /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(entry.module) &&
      !/\.[cm]?[jt]s$/.test(entry.module);
    for (const key of ['module', 'config'] as const) {
      if (entry[key] === undefined || (key === 'module' && !isPythonModule)) continue;
      findings.push({
        severity: 'note',
        code: 'CONFIG_IGNORED_KEY',
        message: `"${key}" names a Python ${key === 'module' ? 'module' : 'class'} of FMEval and is ignored; "${entry.algorithm}" is our ${name}`,
        at: placeOf(['algorithms', i, key]),
      });
    }
  }
  return findings;
}

function decisionFindings(config: EvaluationConfig, placeOf: PlaceOf): Finding[] {
  const algorithms = config.algorithms.map((entry) => entry.name ?? canonicalAlgorithmName(entry.algorithm));
  const findings: Finding[] = [];
  const algorithmOf = (reference: string | undefined, path: ConfigPath): void => {
    if (
      reference === undefined ||
      algorithms.includes(canonicalAlgorithmName(reference)) ||
      algorithms.includes(reference)
    )
      return;
    const suggestion = didYouMean(reference, algorithms);
    findings.push({
      severity: 'error',
      code: 'CONFIG_INVALID',
      message: `no algorithm here is named "${reference}"${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`,
      at: placeOf(path),
      hint: `algorithms: ${algorithms.join(', ')}`,
    });
  };
  const scoreOf = (score: string | undefined, path: ConfigPath): void => {
    if (score?.includes('.')) algorithmOf(score.slice(0, score.lastIndexOf('.')), path);
  };
  algorithmOf(config.selection?.algorithm, ['selection', 'algorithm']);
  scoreOf(config.selection?.score, ['selection', 'score']);
  for (const score of Object.keys(config.selection?.weights ?? {})) scoreOf(score, ['selection', 'weights', score]);
  for (const [i, score] of config.selection?.pareto?.entries() ?? []) scoreOf(score, ['selection', 'pareto', i]);
  scoreOf(config.stop_when?.score, ['stop_when', 'score']);
  const ways = (['score', 'weights', 'pareto'] as const).filter((key) => config.selection?.[key] !== undefined);
  if (ways.length > 1)
    findings.push(invalid(`selection takes one of ${ways.join(' and ')}`, placeOf(['selection', ways[1]!])));
  if (Object.keys(config.selection?.weights ?? { one: 1 }).length === 0)
    findings.push(invalid('selection.weights names no score', placeOf(['selection', 'weights'])));
  const { stop_when: stop } = config;
  if (stop !== undefined && (stop.half_width === undefined) === (stop.decided_against === undefined)) {
    findings.push(invalid('stop_when needs one of half_width and decided_against', placeOf(['stop_when'])));
  }
  for (const [i, gate] of config.gates?.entries() ?? []) {
    if (typeof gate === 'string') {
      findings.push(...gateTextFindings(gate, i, placeOf));
      continue;
    }
    scoreOf(gate.score, ['gates', i, 'score']);
    findings.push(...gateFindings(gate, i, config, placeOf));
  }
  return findings;
}

const invalid = (message: string, at: SourcePlace): Finding => ({
  severity: 'error',
  code: 'CONFIG_INVALID',
  message,
  at,
});
