import type { Command } from 'commander';
import type { Define } from './define.ts';

export function defineServe(program: Command, { option, calls }: Define): void {
  program
    .command('serve')
    .description('serve a local model: OpenAI-compatible /v1, and SageMaker’s /ping and /invocations')
    .argument('<model>', 'a name, a Hugging Face id or a folder: a language model or an encoder')
    .addOption(option('--host <address>', 'where to listen').default('127.0.0.1'))
    .addOption(option('--port <n>', 'port; 0 takes any that is free').default('8080'))
    .addOption(option('--token <secret>', 'what clients must send as a bearer token').env('ASSAY_SERVE_TOKEN'))
    .addOption(option('--no-token', 'answer everybody who reaches the address, off loopback too'))
    .addOption(option('--embedding-model <model>', 'an encoder to answer /v1/embeddings'))
    .addOption(option('--concurrency <n>', 'requests worked on at once').default('64'))
    .addOption(option('--queue <n>', 'requests that may wait; the next is answered with 429').default('256'))
    .addOption(
      option('--connections <n>', 'most connections, idle ones too (default: as many as --queue makes use of)'),
    )
    .addOption(option('--body-limit <bytes>', 'most bytes of a request').default(String(4 * 2 ** 20)))
    .addOption(option('--workers <n>', 'sessions side by side (default: one for each core)'))
    .addOption(option('--batch-size <n>', 'sequences that one worker decodes at once (default: 32)'))
    .addOption(option('--threads <n>', 'threads within one session (default: 1)'))
    .addOption(option('--memory-limit <mib>', 'refuse a model estimated above this'))
    .addOption(
      option('--device <name>', 'where the models compute (default: cpu)').choices([
        'auto',
        'cpu',
        'webgpu',
        'cuda',
        'coreml',
        'dml',
      ]),
    )
    .addOption(option('--unpack', 'weights unpacked to fp32: faster for many clients, more memory'))
    .addOption(option('--isolate', 'the model lives in processes of its own'))
    .addOption(option('--revision <name>', 'branch, tag or commit of a Hugging Face model'))
    .addOption(
      option('--dtype <format>', 'number format of the weights, where there are several').choices([
        'q4',
        'q8',
        'int8',
        'uint8',
        'q4f16',
        'bnb4',
        'fp16',
        'fp32',
        'q2',
        'q2f16',
        'q1',
        'q1f16',
      ]),
    )
    .addHelpText(
      'after',
      '\nExample:\n  assay serve SmolLM2-135M-Instruct --embedding-model all-MiniLM-L6-v2 --port 8080\n',
    )
    .action(calls(async () => (await import('../commands/serve.ts')).serve));
}
