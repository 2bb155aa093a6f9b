import type { Image } from './types';

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
