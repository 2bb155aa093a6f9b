import type { Context } from '../command';
import { refuse } from './files';
import { LineReader } from '../input';
import { utf8 } from '../text';

const asked = [
  ['Country Name (2 letter code)', 'AU', 'C'], ['State or Province Name (full name)', 'Some-State', 'ST'], ['Locality Name (eg, city)', '', 'L'],
  ['Organization Name (eg, company)', 'Internet Widgits Pty Ltd', 'O'], ['Organizational Unit Name (eg, section)', '', 'OU'],
  ['Common Name (e.g. server FQDN or YOUR name)', '', 'CN'], ['Email Address', '', 'emailAddress'],
] as const; // prettier-ignore

/** Asks for a subject on standard input, as `/C=AU/…`. An empty line takes the default, a dot leaves the part out. */
export async function question(ctx: Context): Promise<string> {
  const reader = new LineReader(ctx.proc, 0, utf8);
  await ctx.stderr(
    "You are about to be asked to enter information that will be incorporated\ninto your certificate request.\nWhat you are about to enter is what is called a Distinguished Name or a DN.\nThere are quite a few fields but you can leave some blank\nFor some fields there will be a default value,\nIf you enter '.', the field will be left blank.\n-----\n",
  );
  let subject = '';
  for (const [text, fallback, name] of asked) {
    await ctx.stderr(`${text} [${fallback}]:`);
    const answer = (await reader.next()) ?? '';
    const value = answer === '' ? fallback : answer === '.' ? '' : answer;
    if (value !== '') subject += `/${name}=${value.replace(/[\\/]/g, '\\$&')}`;
  }
  return subject || refuse(ctx, 'req: No objects specified in the request');
}
