import { z } from 'zod';

/** A probability option with its default. */
export function probability(value: number, what: string): z.ZodDefault<z.ZodNumber> {
  return z.number().min(0).max(1).default(value).describe(`${what} Default ${value}.`);
}
