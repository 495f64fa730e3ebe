const NUMBERS = [0, -1, 1, 1e308, -0, 2 ** 31, 2 ** 53, 1e-320, 255, 65_536];
const TEXTS = [
  '',
  ' ',
  '\u0000',
  '\u202e',
  '\u001b]52;c;x\u0007',
  '𝔘',
  '\ud800',
  '<script>',
  '__proto__',
  'constructor',
  '=1+1',
  '../../x',
  '*a',
  '&a',
  '{{',
  '{%',
  '%s',
  'NaN',
  'null',
  '1e999',
  '~',
  '!!js/function',
  'x'.repeat(5000),
];

/** Between one and eight changes of bytes: flipped, set, inserted, removed, doubled, cut, or taken from another seed. */
export function mutateBytes(bytes, random, others = []) {
  let made = Buffer.from(bytes);
  for (let changes = 1 + random.below(8); changes > 0; changes--) made = changeBytes(made, random, others);
  return made;
}

function changeBytes(bytes, random, others) {
  const at = random.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + 1 + random.below(1 << random.below(10)));
  switch (random.below(8)) {
    case 0: {
      if (at < bytes.length) bytes[at] ^= 1 << random.below(8);
      return bytes;
    }
    case 1: {
      if (at < bytes.length) bytes[at] = random.pick([0, 10, 13, 32, 34, 44, 92, 123, 125, 127, 128, 255]);
      return bytes;
    }
    case 2:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(TEXTS)), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 5:
      return bytes.subarray(0, at);
    case 6: {
      const other = others.length === 0 ? bytes : Buffer.from(random.pick(others));
      const from = random.below(other.length + 1);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + random.below(200)), bytes.subarray(to)]);
    }
    default: {
      const number = Buffer.alloc(8);
      number.writeDoubleLE(random.pick(NUMBERS));
      return Buffer.concat([bytes.subarray(0, at), number, bytes.subarray(Math.min(bytes.length, at + 8))]);
    }
  }
}

/** A value like the one given, changed in one to four places of its tree. */
export function mutateValue(value, random) {
  let made = structuredClone(value);
  for (let changes = 1 + random.below(4); changes > 0; changes--) made = changeValue(made, random, 0);
  return made;
}

function changeValue(value, random, depth) {
  const isTree = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isTree || depth > 12 || random.chance(0.25)) return anyValue(random, value);
  const key = random.pick(Object.keys(value));
  if (Array.isArray(value)) {
    if (random.chance(0.1)) return [...value, ...value].slice(0, 500);
    if (random.chance(0.1)) return value.toSpliced(Number(key), 1);
    return value.with(Number(key), changeValue(value[key], random, depth + 1));
  }
  const { [key]: inner, ...rest } = value;
  if (random.chance(0.15)) return rest;
  if (random.chance(0.15))
    return { ...rest, [random.pick([...TEXTS.filter((text) => text !== '__proto__'), `${key}s`])]: inner };
  return { ...value, [key]: changeValue(inner, random, depth + 1) };
}

function anyValue(random, old) {
  switch (random.below(8)) {
    case 0:
      return random.pick(NUMBERS);
    case 1:
      return random.pick(TEXTS);
    case 2:
      return null;
    case 3:
      return random.chance(0.5);
    case 4:
      return [old];
    case 5:
      return { [random.pick(['a', 'name', 'type', 'x'])]: old };
    case 6:
      return nested(1 + random.below(200));
    default:
      return typeof old === 'string' ? `${old}${random.pick(TEXTS)}` : [];
  }
}

function nested(depth) {
  let value = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { v: value };
  return value;
}

/** Numbers that readers of headers stumble over. */
const ODD = [
  ...[0n, 1n, 0x7fn, 0xffn, 0xffffn, 0x7fffffffn, 0xffffffffn, 2n ** 40n],
  ...[2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
];

/** One to four changes within the header: a byte, an odd number, a piece moved, or the end. */
export function mutateHeader(bytes, header, random) {
  let copy = Buffer.from(bytes);
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(Math.min(header, copy.length - 8));
    const kind = random.below(5);
    if (kind === 0) copy[at] = random.below(256);
    else if (kind === 1) copy[at] ^= 1 << random.below(8);
    else if (kind === 2) copy.writeBigUInt64LE(random.pick(ODD), at);
    else if (kind === 3) {
      const from = random.below(Math.min(header, copy.length));
      copy.copy(copy, at, from, Math.min(copy.length, from + random.below(64)));
    } else if (random.chance(1 / 8)) copy = copy.subarray(0, Math.max(16, at));
  }
  return copy;
}
