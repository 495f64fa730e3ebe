import type { Command } from 'commander';
import type { Define } from './define.ts';

const HELP = `
What it does:
  A usual ONNX export hands the whole cache of keys and values in and out at every step. The slim layout
  reads the cache where it lies and gives back only what is new, which is what makes the embedded model
  fast and lets rows of any length share a batch. Weights stay what they are; nothing is quantised anew.
  The result is compared with the export on a few prompts before it appears.
  A GGUF file becomes a graph over its own blocks; how texts are cut into tokens comes from --tokenizer.

What can be converted:
  decoder-only exports with past (optimum, transformers.js, onnx-community; fp32, fp16, q8, q4, q4f16) of
  llama (Llama, SmolLM2, TinyLlama …), mistral without a sliding window, qwen2 and qwen3. Anything else is
  refused with the operator or architecture named, and runs as it is, the plain way.
  GGUF files of llama, qwen2 and qwen3 with F32, F16, BF16, Q8_0, Q6_K, Q4_0 and Q4_1 tensors.

Example:
  assay models convert onnx-community/Qwen2.5-0.5B-Instruct -o models/qwen-slim
  assay models convert exports/my-llama --dtype fp16
  assay models convert SmolLM2-135M-Instruct.Q8_0.gguf --tokenizer SmolLM2-135M-Instruct
  assay run evaluation_config.yaml --runner local --local-model ./my-llama-slim
`;

/** `assay models convert`. */
export function defineConvert(models: Command, { option, calls }: Define): void {
  models
    .command('convert')
    .description('bring a model to the slim layout, in which it runs several times faster in batches')
    .argument('<model>', 'a folder with config.json and onnx/, a name, a Hugging Face id in the cache, or a .gguf file')
    .addOption(option('-o, --output <dir>', 'the folder to make (default: <model>-slim here)'))
    .addOption(option('--dtype <format>', 'number format of the export to take, where there are several'))
    .addOption(option('--graph <file>', 'the export to take, such as onnx/model_fp16.onnx'))
    .addOption(option('--revision <name>', 'branch, tag or commit of a Hugging Face model'))
    .addOption(option('--tokenizer <model>', 'for GGUF: folder or name of the model that the file was made from'))
    .addOption(option('--no-check', 'do not try the result'))
    .addHelpText('after', HELP)
    .action(calls(async () => (await import('../commands/convert-model.ts')).convertModel));
}
