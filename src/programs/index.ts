export { findProgram, gnuPrograms, busyboxApplets } from './registry';
export { sha256, sha256Hex } from './sha256';
export { decodeQuery, encodeReply, recordTypes } from './dns-message';
