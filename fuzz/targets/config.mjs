// evaluation_config.yaml: any text is a config, or has findings that say why not.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALGORITHMS, parseConfig, requireValid } from '@assay/core';
import { parse, stringify } from 'yaml';
import { mutateBytes, mutateValue } from '../mutate.mjs';
import { codedOr, Violation } from '../target.mjs';

const examples = new URL('../../examples/', import.meta.url).pathname;
const seeds = readdirSync(examples)
  .map((name) => join(examples, name, 'evaluation_config.yaml'))
  .flatMap((file) => {
    try {
      return [readFileSync(file, 'utf8')];
    } catch {
      return [];
    }
  });

export function make(random) {
  const seed = random.pick(seeds);
  if (random.chance(0.4)) return { text: stringify(mutateValue(parse(seed), random)) };
  return { text: mutateBytes(Buffer.from(seed), random, seeds).toString('utf8') };
}

export const freeze = (made) => made;
export const revive = (frozen) => frozen;

export async function check({ text }) {
  await codedOr(() => requireValid(parseConfig(text, '/nowhere/config.yaml', { algorithms: ALGORITHMS })));
  const { findings, config } = parseConfig(text, '/nowhere/config.yaml', { algorithms: ALGORITHMS });
  for (const { severity, code, message } of findings)
    if (severity === 'error' && (!/^[A-Z]+_[A-Z_]+$/.test(code) || message === ''))
      throw new Violation(`a finding without code or words: ${code} ${message}`);
  if (config === undefined && findings.length === 0) throw new Violation('no config, and nothing says why');
}
