import { pairsOf } from './collection-methods.ts';
import type { Frame } from './frame.ts';
import { Callable, Dict, PythonObject, type Value } from './values.ts';

/** What `globals()` gives: the names of a module, which can be added to. */
export class ModuleNames extends PythonObject {
  readonly typeName = 'dict';
  readonly #frame: Frame;

  constructor(frame: Frame) {
    super();
    this.#frame = frame;
  }

  override attribute(name: string): Value | undefined {
    const { names } = this.#frame.module;
    const members: Readonly<Record<string, Callable['call']>> = {
      update: ([values], keywords) => {
        const pairs = values instanceof Dict ? values.pairs() : values === undefined ? [] : pairsOf(values);
        for (const [key, value] of [...pairs, ...keywords]) names.set(String(key), value);
        return null;
      },
      __setitem__: ([key, value]) => {
        names.set(String(key), value!);
        return null;
      },
      __iter__: () => [...names.keys()],
    };
    const call = members[name];
    return call === undefined ? undefined : new Callable(name, call);
  }
}
