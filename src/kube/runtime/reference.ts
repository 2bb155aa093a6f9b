import { PullError } from './types';

/** An image reference, normalised as containerd does: `alpine:3.8` is `docker.io/library/alpine:3.8`. */
export interface Reference {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | undefined;
  /** The whole: `docker.io/library/alpine:3.8`. */
  readonly text: string;
}

const shape = /^[a-z0-9]+(?:(?:[._]|__|-+|\/|:[0-9]+\/)[a-z0-9]+)*(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** Throws PullError InvalidImageName when it is no reference. */
export function parseReference(name: string): Reference {
  const first = name.split('/')[0] ?? '';
  const hasRegistry = name.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  const rest = hasRegistry ? name.slice(first.length + 1) : name;
  const match = shape.exec(rest);
  if (!match) {
    const path = rest.replace(/[:@].*$/, '');
    const full = !hasRegistry && !path.includes('/') ? `library/${path}` : path;
    const why = /[A-Z]/.test(path) ? `: repository name (${full}) must be lowercase` : '';
    throw new PullError(
      'InvalidImageName',
      `Failed to apply default image tag "${name}": couldn't parse image name "${name}": invalid reference format${why}`,
    );
  }
  const registry = hasRegistry ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const path = rest.replace(/@sha256:.*$/, '').replace(/:[\w][\w.-]*$/, '');
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  const digest = match[2];
  const tag = match[1] ?? (digest ? '' : 'latest');
  return { registry, repository, tag, digest, text: `${registry}/${repository}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}` };
}

/** How `docker` and people write it: without docker.io/library. */
export function familiarName(text: string): string {
  return text.replace(/^docker\.io\/(library\/)?/, '');
}
