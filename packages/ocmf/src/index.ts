export { curves, type Curve } from './curves.ts';
