import { createHash } from 'node:crypto';
import { NotInterpreted, raise } from './python-error.ts';
import { Callable, Module, PythonObject, type Value } from './values.ts';

/** What `str.encode` gives: to be decoded again, or digested. */
export class Bytes extends PythonObject {
  readonly typeName = 'bytes';
  readonly data: Buffer;

  constructor(data: Buffer) {
    super();
    this.data = data;
  }

  override attribute(name: string): Value | undefined {
    if (name !== 'decode') return undefined;
    return new Callable('decode', ([encoding]) => this.data.toString(encodingOf(encoding)));
  }
}

/** @throws PythonError UnicodeEncodeError @throws NotInterpreted for an encoding that is not known */
export function encoded(text: string, encoding: Value | undefined): Bytes {
  const name = encodingOf(encoding);
  if (name === 'latin1' && Array.from(text).some((each) => each.codePointAt(0)! > 0xff)) {
    return raise('UnicodeEncodeError', "'latin-1' codec can't encode a character");
  }
  return new Bytes(Buffer.from(text, name));
}

/** @throws NotInterpreted for one that is not known */
function encodingOf(name: Value | undefined): 'utf8' | 'latin1' {
  const known = String(name ?? 'utf-8')
    .toLowerCase()
    .replaceAll(/[-_]/g, '');
  if (known === 'utf8') return 'utf8';
  if (known === 'latin1' || known === 'iso88591') return 'latin1';
  throw new NotInterpreted(`the encoding ${known}`);
}

/** Digests in one go: `sha256(data).hexdigest()`. */
export function hashlibModule(): Module {
  const digests = ['md5', 'sha1', 'sha256', 'sha512'].map((name): [string, Value] => [
    name,
    new Callable(name, ([data]) => {
      if (!(data instanceof Bytes)) return raise('TypeError', 'Strings must be encoded before hashing');
      return new Digest(createHash(name).update(data.data).digest('hex'));
    }),
  ]);
  return new Module('hashlib', new Map(digests));
}

class Digest extends PythonObject {
  readonly typeName = 'hash';
  readonly #hex: string;

  constructor(hex: string) {
    super();
    this.#hex = hex;
  }

  override attribute(name: string): Value | undefined {
    return name === 'hexdigest' ? new Callable(name, () => this.#hex) : undefined;
  }
}
