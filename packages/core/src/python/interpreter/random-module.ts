import { pythonSampler } from '@assay/metrics';
import { NotInterpreted } from './python-error.ts';
import { itemOf, lengthOf, setItem } from './sequences.ts';
import { Callable, iterate, Module, PythonObject, TypeValue, type Value } from './values.ts';

/**
 * Python's `random`, once it is seeded: without a seed of the program's own, what it draws depends on what ran before.
 * @throws NotInterpreted for draws without a seed, and for those that are not known
 */
export function randomModule(): Module {
  const shared = new Draws(undefined);
  const members = new Map<string, Value>();
  const type = new TypeValue('Random', ([seed]) => new Draws(seed));
  members.set('Random', type);
  for (const name of ['seed', 'shuffle', 'sample', 'choice', 'randint', 'random', 'choices']) {
    members.set(
      name,
      new Callable(name, (args, keywords) => (shared.attribute(name) as Callable).call(args, keywords)),
    );
  }
  return new Module('random', members);
}

class Draws extends PythonObject {
  readonly typeName = 'Random';
  #sampler: ReturnType<typeof pythonSampler> | undefined;

  constructor(seed: Value | undefined) {
    super();
    this.#seed(seed);
  }

  override attribute(name: string): Value {
    return new Callable(name, ([first, second]) => {
      switch (name) {
        case 'seed':
          this.#seed(first);
          return null;
        case 'shuffle':
          this.#shuffle(first!);
          return null;
        case 'sample': {
          const values = [...iterate(first!)];
          return this.#seeded()
            .sample(values.length, Number(second))
            .map((at) => values[at]!);
        }
        case 'choice':
          return itemOf(first!, BigInt(this.#seeded().below(lengthOf(first!))));
        case 'randint':
          return (first as bigint) + BigInt(this.#seeded().below(Number(second) - Number(first) + 1));
        default:
          throw new NotInterpreted(`random.${name}`);
      }
    });
  }

  #seed(seed: Value | undefined): void {
    const isKnown = typeof seed === 'bigint' && seed >= 0n && seed < 2n ** 32n;
    this.#sampler = isKnown ? pythonSampler(Number(seed)) : undefined;
  }

  #seeded(): ReturnType<typeof pythonSampler> {
    if (this.#sampler === undefined) throw new NotInterpreted('random numbers without a seed');
    return this.#sampler;
  }

  #shuffle(list: Value): void {
    const { below } = this.#seeded();
    for (let at = lengthOf(list) - 1; at > 0; at -= 1) {
      const other = below(at + 1);
      const [a, b] = [itemOf(list, BigInt(at)), itemOf(list, BigInt(other))];
      setItem(list, BigInt(at), b);
      setItem(list, BigInt(other), a);
    }
  }
}
