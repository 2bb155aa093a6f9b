import { type KubeObject, labelQuery, LabelQueryError } from '../api';
import { badRequest } from './status';

export type Matcher = (object: KubeObject) => boolean;

/** A `labelSelector`; throws the 400 for one that apimachinery's labels.Parse refuses. */
export function labelMatcher(text: string | null): Matcher {
  try {
    const matches = labelQuery(text ?? '');
    return ({ metadata }) => matches(metadata.labels ?? {});
  } catch (error) {
    throw error instanceof LabelQueryError ? badRequest(error.message) : error;
  }
}
