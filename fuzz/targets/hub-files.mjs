// The files of a model's folder that say what it is: it is shown, or refused by a code.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { showModel } from '@assay/runner-local';
import { mutateBytes, mutateValue } from '../mutate.mjs';
import { codedOr } from '../target.mjs';

const models = new URL('../../models/', import.meta.url).pathname;
const NAMES = [
  'config.json',
  'tokenizer_config.json',
  'generation_config.json',
  'special_tokens_map.json',
  'modules.json',
];
const SEEDS = ['SmolLM2-135M-Instruct', 'all-MiniLM-L6-v2'].map((model) =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      try {
        return [[name, readFileSync(join(models, model, name))]];
      } catch {
        return [];
      }
    }),
  ),
);

export function make(random) {
  const seed = random.below(SEEDS.length);
  const name = random.pick(Object.keys(SEEDS[seed]));
  const bytes = SEEDS[seed][name];
  const changed = random.chance(0.6)
    ? Buffer.from(JSON.stringify(mutateValue(JSON.parse(bytes.toString('utf8')), random)) ?? '')
    : mutateBytes(bytes, random, Object.values(SEEDS[seed]));
  return { seed, name, bytes: changed };
}

export const freeze = ({ bytes, ...made }) => ({ ...made, base64: bytes.toString('base64') });
export const revive = ({ base64, ...made }) => ({ ...made, bytes: Buffer.from(base64, 'base64') });

export async function check({ seed, name, bytes }, folder) {
  const place = join(folder, 'model');
  mkdirSync(join(place, 'onnx'), { recursive: true });
  for (const [file, own] of Object.entries(SEEDS[seed])) writeFileSync(join(place, file), file === name ? bytes : own);
  writeFileSync(join(place, 'tokenizer.json'), '{}');
  writeFileSync(join(place, 'onnx', 'model.onnx'), 'no graph');
  await codedOr(() => showModel(place));
}
