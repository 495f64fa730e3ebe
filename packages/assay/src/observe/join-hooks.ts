import type { RunHooks } from '@assay/core';

/** Every hook that one of the listeners has, telling each of them in turn. */
export function joinHooks(listeners: readonly RunHooks[]): RunHooks {
  const names = new Set(listeners.flatMap((listener) => Object.keys(listener) as (keyof RunHooks)[]));
  return Object.fromEntries(
    [...names].map((name) => {
      const told = listeners.filter((listener) => listener[name] !== undefined);
      return [name, (event: never) => told.forEach((listener) => void listener[name]?.(event))];
    }),
  );
}
