import type { Command } from 'commander';
import type { Define } from './define.ts';

export function defineServe(program: Command, { option, calls }: Define): void {
  program
    .command('serve')
    .description('serve a local model: OpenAI-compatible /v1, and SageMaker’s /ping and /invocations')
    .argument('<model>', 'a language model or an encoder: name, Hugging Face id or folder')
    .addOption(option('--host <address>', 'where to listen').default('127.0.0.1'))
    .addOption(option('--port <n>', 'port; 0 takes any that is free').default('8080'))
    .addOption(option('--token <secret>', 'bearer token of clients').env('ASSAY_SERVE_TOKEN'))
    .addOption(option('--no-token', 'answer everybody, off loopback too'))
    .addOption(option('--embedding-model <model>', 'encoder of /v1/embeddings'))
    .addOption(option('--concurrency <n>', 'requests worked on at once').default('64'))
    .addOption(option('--queue <n>', 'requests that may wait; others get 429').default('256'))
    .addOption(option('--connections <n>', 'connections, idle ones too (default: what --queue can use)'))
    .addOption(option('--body-limit <bytes>', 'bytes of a request').default(String(4 * 2 ** 20)))
    .addOption(option('--workers <n>', 'sessions (default: one a core)'))
    .addOption(option('--batch-size <n>', 'sequences that a worker decodes at once (default: 32)'))
    .addOption(option('--threads <n>', 'threads of a session (default: 1)'))
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
    .addOption(option('--unpack', 'weights as fp32: faster for many clients, more memory'))
    .addOption(
      option('--precision <name>', 'fast: in eight bits, a little off (default: exact)').choices(['exact', 'fast']),
    )
    .addOption(option('--isolate', 'the model lives in processes of its own'))
    .addOption(option('--revision <name>', 'branch, tag or commit'))
    .addOption(
      option('--dtype <format>', 'format of the weights, where there are several').choices([
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
