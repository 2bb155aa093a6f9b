import { Errno, readFile, type Process } from '../kernel';
import { movedTo, pageNotFound, type Answer } from './proxy-server';

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8', gif: 'image/gif', htm: 'text/html; charset=utf-8', html: 'text/html; charset=utf-8', jpg: 'image/jpeg',
  jpeg: 'image/jpeg', js: 'text/javascript; charset=utf-8', json: 'application/json', pdf: 'application/pdf', png: 'image/png',
  svg: 'image/svg+xml', wasm: 'application/wasm', xml: 'text/xml; charset=utf-8',
}; // prettier-ignore

/** What http.DetectContentType finds by a look at the beginning: text, or anything. */
const sniffed = (bytes: Uint8Array): string =>
  /^\s*<(!doctype html|html|head|body)/i.test(new TextDecoder().decode(bytes.subarray(0, 512)))
    ? 'text/html; charset=utf-8'
    : bytes.subarray(0, 512).some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))
      ? 'application/octet-stream'
      : 'text/plain; charset=utf-8';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;'); // prettier-ignore

/** Go's http.FileServer of a directory: its files, `index.html` for a directory, else a list of what is in it. */
export async function fileAnswer(proc: Process, directory: string, asked: string): Promise<Answer> {
  if (asked.split('/').includes('..')) return { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'invalid URL path\n' }; // prettier-ignore
  if (/(^|\/)index\.html$/.test(asked)) return movedTo('./');
  const path = `${directory.replace(/\/$/, '')}/${asked}`;
  try {
    const isDirectory = proc.stat(path).type === 'directory';
    if (isDirectory && asked !== '' && !asked.endsWith('/')) return movedTo(`${asked.split('/').at(-1)}/`);
    if (!isDirectory) return await file(proc, path);
    try {
      return await file(proc, `${path}/index.html`);
    } catch (error) {
      if (!(error instanceof Errno) || error.code !== 'ENOENT') throw error;
    }
    return listing(proc, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return error.code === 'EACCES' ? { ...pageNotFound, status: 403, body: '403 Forbidden\n' } : pageNotFound;
  }
}

async function file(proc: Process, path: string): Promise<Answer> {
  const body = await readFile(proc, path);
  return { status: 200, headers: { 'content-type': types[path.split('.').at(-1)!.toLowerCase()] ?? sniffed(body) }, body };
}

function listing(proc: Process, path: string): Answer {
  const names = proc
    .readdir(path)
    .map(({ name, type }) => (type === 'directory' ? `${name}/` : name))
    .sort();
  const links = names.map((name) => `<a href="${encodeURI(name)}">${escaped(name)}</a>\n`).join('');
  const body = `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${links}</pre>\n`;
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
