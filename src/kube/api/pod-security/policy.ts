export type Level = 'privileged' | 'baseline' | 'restricted';

/** A level as it was defined in 1.`minor`, or as it is defined now. */
export interface LevelVersion {
  readonly level: Level;
  readonly minor: number | 'latest';
}

/** What a namespace's labels ask for. */
export type Policy = Readonly<Record<'enforce' | 'audit' | 'warn', LevelVersion>>;

export const podSecurityPrefix = 'pod-security.kubernetes.io/';
export const podSecurityModes = ['enforce', 'audit', 'warn'] as const;
export const podSecurityLevels: readonly Level[] = ['privileged', 'baseline', 'restricted'];

/** `latest`, `v1.0` to `v1.9999`; undefined for other texts. */
export function podSecurityVersion(text: string): LevelVersion['minor'] | undefined {
  if (text === 'latest') return text;
  const match = /^v1\.(0|[1-9]\d{0,3})$/.exec(text);
  return match ? Number(match[1]) : undefined;
}

export const strictness = (level: Level): number => podSecurityLevels.indexOf(level);
export const sameLevel = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor;
/** `restricted:latest`, `baseline:v1.30`. */
export const levelText = ({ level, minor }: LevelVersion): string => `${level}:${minor === 'latest' ? minor : `v1.${minor}`}`;

type Labels = Readonly<Record<string, string>>;

function levelOf(labels: Labels, mode: (typeof podSecurityModes)[number]): LevelVersion {
  const given = labels[podSecurityPrefix + mode];
  const known = podSecurityLevels.find((level) => level === given);
  // What cannot be read is held to the strictest level, and only looked at closer where someone has to act on it.
  const unreadable = given === undefined || mode !== 'enforce' ? 'privileged' : 'restricted';
  const version = labels[`${podSecurityPrefix}${mode}-version`];
  return { level: known ?? unreadable, minor: (version === undefined ? undefined : podSecurityVersion(version)) ?? 'latest' };
}

/** PolicyToEvaluate: a pod is warned of what will be enforced of it, unless the labels say otherwise. */
export function policyOf(labels: Labels = {}): Policy {
  const enforce = levelOf(labels, 'enforce');
  const also = (mode: 'audit' | 'warn'): LevelVersion => {
    const own = levelOf(labels, mode);
    if (labels[podSecurityPrefix + mode] !== undefined || strictness(enforce.level) <= strictness(own.level)) return own;
    return { level: enforce.level, minor: labels[`${podSecurityPrefix}${mode}-version`] === undefined ? enforce.minor : own.minor };
  };
  return { enforce, audit: also('audit'), warn: also('warn') };
}
