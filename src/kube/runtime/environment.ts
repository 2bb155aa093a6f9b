import type { ContainerConfig, Image } from './types';

/** The image's variables, then the host's name, then the container's own; HOME by runc when nobody set it. */
export function environment(
  image: Image,
  own: readonly (readonly [string, string])[],
  { hostname, home }: { hostname?: string; home?: string },
): Map<string, string> {
  const env = new Map<string, string>();
  for (const entry of image.config.env) env.set(entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1));
  if (!env.has('PATH')) env.set('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  if (hostname !== undefined) env.set('HOSTNAME', hostname);
  for (const [name, value] of own) env.set(name, value);
  if (home !== undefined && !env.has('HOME')) env.set('HOME', home);
  return env;
}

/** What a container runs: its own command with its arguments, or the image's entrypoint with its own arguments or the image's. */
export const argvOf = ({ command, args }: Pick<ContainerConfig, 'command' | 'args'>, { config }: Image): string[] =>
  command.length ? [...command, ...args] : [...config.entrypoint, ...(args.length ? args : config.cmd)];
