import type { Command } from 'commander';
import type { Define } from './define.ts';

const HELP = `
What it does:
  A usual ONNX export hands the whole cache of keys and values in and out at every step. The slim layout
  reads the cache where it lies and gives back only what is new, which is what makes the embedded model
  fast and lets rows of any length share a batch. Weights stay what they are; nothing is quantised anew.
  The result is compared with the export on a few prompts before it appears.

What can be converted:
  decoder-only exports with past (optimum, transformers.js, onnx-community; fp32, fp16, q8, q4, q4f16) of
  llama (Llama, SmolLM2, TinyLlama …), mistral without a sliding window, qwen2 and qwen3. Anything else is
  refused with the operator or architecture named, and runs as it is, the plain way.

Examples:
  assay models convert onnx-community/Qwen2.5-0.5B-Instruct -o models/qwen-slim
  assay models convert exports/my-llama --dtype fp16
  assay run evaluation_config.yaml --runner local --local-model ./my-llama-slim
`;

/** `assay models convert`. */
export function defineConvert(models: Command, { option, calls }: Define): void {
  models
    .command('convert')
    .description('bring a model to the slim layout, in which it runs several times faster in batches')
    .argument('<model>', 'a folder with config.json and onnx/, a name, or a Hugging Face id that is in the cache')
    .addOption(option('-o, --output <dir>', 'the folder to make (default: <model>-slim here)'))
    .addOption(option('--dtype <format>', 'number format of the export to take, where there are several'))
    .addOption(option('--graph <file>', 'the export to take, such as onnx/model_fp16.onnx'))
    .addOption(option('--revision <name>', 'branch, tag or commit of a Hugging Face model'))
    .addOption(option('--no-check', 'do not compare the result with the export'))
    .addHelpText('after', HELP)
    .action(calls(async () => (await import('../commands/convert-model.ts')).convertModel));
}
