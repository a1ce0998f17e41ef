import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/**
 * Runs a script in a thread that ends with it: SEAL grows, and lets go of nothing before.
 *
 * @param script - posts one message to its parent; `workerData.dist` is where the built package lies
 */
export async function inWorker<T>(script: string, data: object): Promise<T> {
  const dist = join(__dirname, '..', '..', 'dist');
  const worker = new Worker(script, { eval: true, workerData: { dist, ...data } });
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}
