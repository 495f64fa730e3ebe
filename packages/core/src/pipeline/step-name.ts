import { createHash } from 'node:crypto';

/** The longest name of a SageMaker pipeline step. */
const LONGEST = 64;

/** Hands out step names: `evaluate-llama2-7b`, with a hash where names are cut, changed or would clash. */
export class StepNames {
  readonly #taken = new Set<string>();

  /** @param subject any text; only letters, digits, hyphens and underscores of it stay */
  name(verb: string, subject = ''): string {
    const wanted = subject === '' ? verb : `${verb}-${subject}`;
    const readable = wanted.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^-+|-+$/g, '');
    let name = readable;
    for (let salt = 0; name.length > LONGEST || this.#taken.has(name); salt++) {
      const digest = createHash('sha256')
        .update(JSON.stringify([wanted, salt]))
        .digest('hex')
        .slice(0, 8);
      name = `${readable.slice(0, LONGEST - digest.length - 1)}-${digest}`;
    }
    this.#taken.add(name);
    return name;
  }
}
