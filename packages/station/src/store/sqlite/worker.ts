import { runStoreWorker } from './store-worker.ts';

runStoreWorker();
