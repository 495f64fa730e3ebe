import type { DescribeHelper } from '../scoring/helper-desk.ts';

/** Describes each helper once: its files are hashed for that. */
export function rememberIds(describe: DescribeHelper): DescribeHelper {
  const ids = new Map<string, Promise<string>>();
  return (kind, model) => {
    const name = `${kind}:${model ?? ''}`;
    let id = ids.get(name);
    if (id === undefined) {
      id = describe(kind, model);
      ids.set(name, id);
    }
    return id;
  };
}
