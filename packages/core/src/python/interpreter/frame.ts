import { NotInterpreted, raise } from './python-error.ts';
import { Unsupported, type Value } from './values.ts';

/** The names of a module, a call or a comprehension. */
export class Frame {
  readonly names = new Map<string, Value>();
  readonly parent: Frame | undefined;
  readonly module: Frame;
  /** Names that belong to the module, or to a function around. */
  readonly #elsewhere = new Map<string, Frame>();
  /** A comprehension's names are its own, but those of `:=` are not. */
  readonly isComprehension: boolean;
  /** What `yield` gave, in a generator. */
  readonly given: Value[] = [];

  constructor(parent?: Frame, isComprehension = false) {
    this.parent = parent;
    this.module = parent?.module ?? this;
    this.isComprehension = isComprehension;
  }

  /** The frame of the function, or of the module. */
  get owner(): Frame {
    return this.isComprehension ? this.parent!.owner : this;
  }

  declare(name: string, isGlobal: boolean): void {
    this.#elsewhere.set(name, isGlobal ? this.module : (this.parent?.holderOf(name) ?? this.module));
  }

  holderOf(name: string): Frame | undefined {
    if (this.names.has(name)) return this;
    return this.parent?.holderOf(name);
  }

  set(name: string, value: Value): void {
    const holder = this.#elsewhere.get(name);
    if (holder === undefined) this.names.set(name, value);
    else holder.names.set(name, value);
  }

  /** @throws PythonError NameError @throws NotInterpreted for a name that could not be made here */
  get(name: string, builtins: ReadonlyMap<string, Value>): Value {
    const holder = this.holderOf(name);
    const value = holder === undefined ? builtins.get(name) : holder.names.get(name);
    if (value === undefined) return raise('NameError', `name '${name}' is not defined`);
    if (value instanceof Unsupported) throw new NotInterpreted(`${name}: ${value.reason}`);
    return value;
  }

  delete(name: string): void {
    if (!this.names.delete(name)) raise('NameError', `name '${name}' is not defined`);
  }
}
