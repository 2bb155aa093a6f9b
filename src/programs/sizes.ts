const powers = 'KMGTPEZY';

/** `10`, `2K`, `1kB`, `3MiB`, `b` blocks, as GNU's xstrtoumax reads them with suffixes; undefined when invalid. */
export function parseSize(text: string, suffixes = 'bEGKkMmPTwYZ0'): number | undefined {
  const m = /^(\d+)([a-zA-Z]?)(B|iB)?$/.exec(text);
  if (!m) return undefined;
  const value = Number(m[1]);
  const letter = m[2] as string;
  if (letter === '') return m[3] === undefined ? value : undefined;
  if (!suffixes.includes(letter)) return undefined;
  if (letter === 'b' && m[3] === undefined) return value * 512;
  if (letter === 'c' && m[3] === undefined) return value;
  if (letter === 'w' && m[3] === undefined) return value * 2;
  const power = powers.indexOf(letter.toUpperCase()) + 1;
  return power === 0 ? undefined : value * (m[3] === 'B' ? 1000 : 1024) ** power;
}

/** GNU's human-readable sizes (ls -h, du -h, df -h): at most one decimal below 10, rounded up. */
export function humanSize(bytes: number, base = 1024): string {
  if (bytes < base) return String(bytes);
  let value = bytes;
  let power = 0;
  while (value >= base && power < powers.length) {
    value /= base;
    power++;
  }
  let shown = value < 10 ? Math.ceil(value * 10 - 1e-9) / 10 : Math.ceil(value - 1e-9);
  if (shown >= base) {
    shown = 1;
    power++;
  }
  const letter = base === 1000 && power === 1 ? 'k' : powers[power - 1];
  return `${shown < 10 ? shown.toFixed(1) : shown.toFixed(0)}${letter}`;
}

/** busybox's make_human_readable_str: one decimal below 100 units, rounded to nearest. */
export function busyboxHuman(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  let power = 0;
  while (value >= 1024 && power < 8) {
    value /= 1024;
    power++;
  }
  return `${value.toFixed(1)}${powers[power - 1]}`;
}

/** `1.5m`, `inf`: seconds as sleep(1) and timeout(1) read them, in ms; undefined when invalid. */
export function parseDuration(text: string): number | undefined {
  const m = /^\+?(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf|infinity)([smhd]?)$/i.exec(text);
  if (!m || /[SMHD]$/.test(text)) return undefined;
  const unit = { s: 1, m: 60, h: 3600, d: 86400 }[m[2] as 's'] ?? 1;
  return (/^inf/i.test(m[1] as string) ? Infinity : Number(m[1])) * unit * 1000;
}
