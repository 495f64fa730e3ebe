import type { Runner } from './runner.ts';

/** A runner with some of its members replaced; whatever else it has, of the optional ones too, is its own. */
export function runnerWith<Own extends Runner>(runner: Own, changes: Partial<Runner>): Own {
  return new Proxy(runner, {
    get: (target, key) => {
      if (Object.hasOwn(changes, key)) return changes[key as keyof Runner];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
