import type { Command } from 'commander';
import type { Define } from './define.ts';

const HELP = `
What it does:
  A usual ONNX export hands the whole cache of keys and values in and out at every step. The slim layout
  reads the cache where it lies and gives back only what is new, which is what makes the embedded model
  fast and lets rows of any length share a batch. Weights stay what they are; nothing is quantised again.
  The result is compared with the export on a few prompts before it appears.
  A GGUF file, or safetensors without an export, becomes a graph over its own weights.

What can be converted:
  exports with past (optimum, transformers.js, onnx-community; fp32, fp16, q8, q4, q4f16), safetensors, and
  GGUF files (Q2_K … Q8_0, IQ4, MXFP4, F16 …) of llama, mistral, qwen2, qwen3, smollm3, gemma, phi3, ernie4_5,
  granite, olmo2, olmo3, exaone4 and arcee. Anything else is refused with the operator or architecture named.

Example:
  assay models convert onnx-community/Qwen2.5-0.5B-Instruct -o models/qwen-slim
  assay models convert exports/my-llama --dtype fp16
  assay models convert SmolLM2-135M-Instruct.Q4_K_M.gguf
  assay run evaluation_config.yaml --runner local --local-model ./my-llama-slim
`;

/** `assay models convert`. */
export function defineConvert(models: Command, { option, calls }: Define): void {
  models
    .command('convert')
    .description('bring a model to the slim layout, which is faster in batches')
    .argument('<model>', 'a folder, a name, a Hugging Face id in the cache, or a .gguf file')
    .addOption(option('-o, --output <dir>', 'the folder to make (default: <model>-slim here)'))
    .addOption(option('--dtype <format>', 'format of the export, where there are several'))
    .addOption(option('--graph <file>', 'the export to take, such as onnx/model_fp16.onnx'))
    .addOption(option('--revision <name>', 'branch, tag or commit'))
    .addOption(option('--tokenizer <model>', 'for GGUF: the model of the tokenizer (default: the file itself)'))
    .addOption(option('--no-check', 'do not try the result'))
    .addHelpText('after', HELP)
    .action(calls(async () => (await import('../commands/convert-model.ts')).convertModel));
}
