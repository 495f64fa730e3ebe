import { AssayError } from '@assay/core';
import type { ModelConfig } from '../../models/model-config.ts';
import { cannotConvert } from '../export/cannot-convert.ts';

/** Sizes beyond these are no model's: a hostile config must not make loops or tables of them. */
const LARGEST = 2 ** 31;
const LARGEST_OF: Readonly<Record<string, number>> = {
  ...{
    num_hidden_layers: 2048,
    num_attention_heads: 8192,
    num_key_value_heads: 8192,
    head_dim: 16_384,
    hidden_size: 2 ** 20,
  },
};

/** config.json of a decoder, or what a GGUF file's metadata says in the same words; read with checks. */
export class FamilyConfig {
  readonly values: ModelConfig;
  /** What errors name. */
  readonly file: string;
  /** Whether weights lie as llama.cpp's converter leaves them: shifted norms, turned rows. */
  readonly isGguf: boolean;
  /** By what each frequency of the rotary embedding is divided, where the file says so itself (Llama 3 in GGUF). */
  readonly ropeDivisors: Float32Array | undefined;

  constructor(values: ModelConfig, file: string, isGguf = false, ropeDivisors?: Float32Array) {
    this.values = values;
    this.file = file;
    this.isGguf = isGguf;
    this.ropeDivisors = ropeDivisors;
  }

  /** A whole number above 0, and no larger than any model has it. @throws AssayError MODEL_LOAD where there is none, and nothing to take instead */
  size(key: string, otherwise?: number): number {
    const value = this.values[key] ?? otherwise;
    if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= (LARGEST_OF[key] ?? LARGEST))
      return value;
    throw this.damaged(`${this.file} has no whole number ${key}`);
  }

  /** A number. @throws AssayError MODEL_LOAD where there is none, and nothing to take instead */
  number(key: string, otherwise?: number): number {
    const value = this.values[key] ?? otherwise;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.damaged(`${this.file} has no number ${key}`);
  }

  /** A number that may be absent or null. */
  optional(key: string): number | null {
    return this.values[key] === undefined || this.values[key] === null ? null : this.number(key);
  }

  /** A list with one entry a layer. @throws AssayError MODEL_LOAD for one of another length */
  perLayer(key: string): readonly unknown[] | undefined {
    const value = this.values[key];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value) && value.length === this.size('num_hidden_layers')) return value;
    throw this.damaged(`${key} of ${this.file} is no list of one entry a layer`);
  }

  unsupported(what: string): AssayError {
    return cannotConvert(this.file, what);
  }

  damaged(what: string): AssayError {
    return new AssayError('MODEL_LOAD', what, { at: { file: this.file } });
  }
}
