import { runStoreWorker } from './worker-service.ts';

runStoreWorker();
