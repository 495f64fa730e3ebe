import type { ImportFindings } from '../findings.ts';
import type { TaskSettings } from './task-settings.ts';

/** In lm-evaluation-harness's order of preference. */
const LENGTHS = ['max_gen_toks', 'max_new_tokens', 'max_tokens', 'max_completion_tokens'] as const;
const SAME_NAME: ReadonlySet<string> = new Set(['top_k', 'top_p', 'min_p', 'repetition_penalty']);
const DEFAULT_LENGTH = 256;

/** `generation_kwargs` as our inference parameters: greedy unless it samples at a temperature, up to 256 tokens. */
export function generationSettings(settings: TaskSettings, findings: ImportFindings): Record<string, unknown> {
  const given = settings.record('generation_kwargs');
  const field = settings.field('generation_kwargs');
  const until = given.until ?? settings.text('fewshot_delimiter') ?? '\n\n';
  const length = LENGTHS.map((key) => given[key]).find((value) => typeof value === 'number') ?? DEFAULT_LENGTH;
  const temperature = given.do_sample === false ? 0 : Number(given.temperature ?? 0);
  const parameters: Record<string, unknown> = {
    max_new_tokens: length,
    temperature,
    stop: [until].flat().filter((text) => typeof text === 'string' && text !== ''),
  };
  for (const [key, value] of Object.entries(given)) {
    if (SAME_NAME.has(key)) parameters[key] = value;
    else if (key === 'num_beams' && value === 1) continue;
    else if (!['until', 'do_sample', 'temperature', ...LENGTHS].includes(key)) {
      findings.warn(`generation_kwargs.${key} is not carried over`, field!.placeOf([key]));
    }
  }
  if (temperature > 0) {
    findings.note(
      'sampled answers depend on the random numbers of the tool: means agree, single answers do not',
      field!.placeOf(),
    );
  }
  return parameters;
}
