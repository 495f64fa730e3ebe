/** Maps values in their order, no more than so many under way: a dataset may have thousands of files. */
export async function mapSome<Value, Result>(
  values: readonly Value[],
  atATime: number,
  map: (value: Value, position: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = values.entries();
  const lane = async (): Promise<void> => {
    for (const [position, value] of waiting) results[position] = await map(value, position);
  };
  await Promise.all(Array.from({ length: Math.min(atATime, values.length) }, lane));
  return results;
}
