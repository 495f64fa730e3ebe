import type { RuntimeValue } from '../../python/jinja-function.ts';
import { PYTHON_SPACE } from '../../python/whitespace.ts';

type Method = (args: readonly RuntimeValue[]) => unknown;

/** Methods of Python's texts and lists that the Jinja interpreter lacks, or has with fewer arguments; the value comes first. */
export const PYTHON_METHODS: Readonly<Record<string, Method>> = {
  strip: (args) => stripped(args, true, true),
  lstrip: (args) => stripped(args, true, false),
  rstrip: (args) => stripped(args, false, true),
  index: ([value, wanted]) => {
    const at = position(value!, wanted!);
    if (at < 0) throw new Error(`${JSON.stringify(wanted?.value)} is not in it`);
    return at;
  },
  find: ([value, wanted]) => position(value!, wanted!),
  count: ([value, wanted]) =>
    typeof value?.value === 'string'
      ? value.value.split(String(wanted?.value)).length - 1
      : entries(value!).filter((entry) => same(entry, wanted!)).length,
  isdigit: ([value]) => /^\p{Nd}+$/u.test(String(value?.value)),
};

function stripped([value, characters]: readonly RuntimeValue[], left: boolean, right: boolean): string {
  if (value?.type !== 'StringValue') throw new Error(`only a text can be stripped, not a ${value?.type}`);
  const isAny = typeof characters?.value === 'string';
  const members = isAny ? (characters.value as string).replaceAll(/[\\\]^-]/g, String.raw`\$&`) : PYTHON_SPACE;
  let text = value.value as string;
  if (members === '') return text;
  if (left) text = text.replace(new RegExp(`^[${members}]+`, 'u'), '');
  return right ? text.replace(new RegExp(`[${members}]+$`, 'u'), '') : text;
}

/** In characters of the text, or entries of the list; −1 where it is not. */
function position(value: RuntimeValue, wanted: RuntimeValue): number {
  if (typeof value.value !== 'string') return entries(value).findIndex((entry) => same(entry, wanted));
  const at = value.value.indexOf(String(wanted.value));
  return at < 0 ? at : Array.from(value.value.slice(0, at)).length;
}

function entries(value: RuntimeValue): readonly RuntimeValue[] {
  if (!Array.isArray(value.value)) throw new Error(`a ${value.type} is no list`);
  return value.value as RuntimeValue[];
}

const same = (a: RuntimeValue, b: RuntimeValue): boolean => a.value === b.value;
