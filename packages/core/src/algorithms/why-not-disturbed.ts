import type { Algorithm } from './algorithm.ts';

/** Why `robustness:` cannot wrap an algorithm; undefined where it can. */
export function whyNotDisturbed<Options>(algorithm: Algorithm<Options>, options: Options): string | undefined {
  if (algorithm.disturbsInput === true) return `${algorithm.name} disturbs the input by itself`;
  if (algorithm.needs(options).includes('model_input')) return undefined;
  return `${algorithm.name} asks nothing about model_input, which is what would be disturbed`;
}
