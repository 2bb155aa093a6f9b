/** Addresses as text: what ip, ifconfig and route share. */
export const maskText = (prefix: number): string =>
  [24, 16, 8, 0].map((shift) => ((prefix === 0 ? 0 : (2 ** 32 - 2 ** (32 - prefix)) / 2 ** shift) & 255) >>> 0).join('.');

/** `10.0.0.5/24`, or a bare address with the prefix of one host; undefined when it is no address. */
export function parseAddress(
  text: string,
): { readonly address: string; readonly prefix: number; readonly family: 'inet' | 'inet6' } | undefined {
  const [address = '', bits] = text.split('/');
  const four = /^(\d{1,3})(\.\d{1,3}){3}$/.test(address) && address.split('.').every((part) => Number(part) < 256);
  const six = !four && /^[0-9a-f:]+$/i.test(address) && address.includes(':');
  if (!four && !six) return undefined;
  const most = four ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > most || bits === '') return undefined;
  return { address, prefix, family: four ? 'inet' : 'inet6' };
}

/** The last address of a network, to which all its hosts listen. */
export function broadcastOf(address: string, prefix: number): string {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const hosts = 2 ** (32 - prefix) - 1;
  const last = value - (value % (hosts + 1)) + hosts;
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(last / unit) % 256).join('.');
}
