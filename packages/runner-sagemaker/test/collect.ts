export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of stream) found.push(value);
  return found;
}
