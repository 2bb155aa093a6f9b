export type * from './diagnostic';
