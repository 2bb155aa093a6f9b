import type { Command, Context } from '../command';
import { dgst, enc, rand } from './digest';
import { genpkey, genrsa, keyCommand, req } from './keys';
import { verify, x509 } from './x509';

const version = 'OpenSSL 3.0.17 1 Jul 2025 (Library: OpenSSL 3.0.17 1 Jul 2025)';

const subcommands: Readonly<Record<string, (ctx: Context, args: readonly string[]) => Promise<number>>> = {
  base64: enc('base64'), dgst: dgst('dgst'), enc: enc('enc'), genpkey, genrsa, md5: dgst('md5'), pkey: keyCommand('pkey'), rand, req, rsa: keyCommand('rsa'),
  sha1: dgst('sha1'), sha256: dgst('sha256'), sha512: dgst('sha512'), verify, x509,
  version: async (ctx) => (await ctx.line(version), 0),
}; // prettier-ignore

/** What TLS Secrets and users' certificates take: RSA keys, requests, certificates and what they say, digests, base64. */
export const openssl: Command = {
  gnu: { package: 'other' },
  run: async (ctx) => {
    const [name = '', ...args] = ctx.args;
    if (Object.hasOwn(subcommands, name)) return (subcommands[name] as (typeof subcommands)[string])(ctx, args);
    if (name === 'help') {
      await ctx.stderr(`help:\n\nStandard commands\n${Object.keys(subcommands).join(' ')}\n`);
      return 0;
    }
    if (name === '') return 0;
    await ctx.stderr(`Invalid command '${name}'; type "help" for a list.\n`);
    return 1;
  },
};
