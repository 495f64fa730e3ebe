import { InferenceSession } from 'onnxruntime-node';

/**
 * `node prepack-entry.js GRAPH OUT`: folds what can be folded, packs the weights as this CPU's kernels want them and saves
 * both. A process of its own, because folding takes several times the memory of the result and never gives it back.
 */
const [graph, out] = process.argv.slice(2);
try {
  const session = await InferenceSession.create(graph!, {
    optimizedModelFilePath: out!,
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: {
      session: {
        optimized_model_external_initializers_file_name: 'weights.bin',
        optimized_model_external_initializers_min_size_in_bytes: '4096',
        save_external_prepacked_constant_initializers: '1',
      },
    },
  });
  await session.release();
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
