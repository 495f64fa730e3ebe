import type { GenerateOptions } from '@assay/core';
import type { Device } from '../runtime/device.ts';

/** A language model's id with where it computes, which is part of what it answers. */
export function idOnDevice(id: string, device: Device): string {
  return device === 'cpu' ? id : `${id}#device=${device}`;
}

/** Whether the likeliest token is taken at every place. */
export function isGreedy({ temperature = 0 }: GenerateOptions): boolean {
  return temperature === 0;
}
