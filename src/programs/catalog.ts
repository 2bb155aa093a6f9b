import type { Command } from './command';
import { awk } from './awk';
import { base64 } from './base64';
import { basename, dirname } from './basename';
import { cat } from './cat';
import { chmod } from './chmod';
import { chgrp, chown } from './chown';
import { chroot } from './chroot';
import { cmp, comm } from './cmp';
import { cp } from './cp';
import { curl } from './curl';
import { cut } from './cut';
import { date } from './date';
import { dd } from './dd';
import { df } from './df';
import { diff } from './diff';
import { du } from './du';
import { echo } from './echo';
import { nano, vi, view, vim } from './editors';
import { env } from './env';
import { expand, unexpand } from './expand';
import { expr } from './expr';
import { file } from './file';
import { find } from './find';
import { findmnt } from './findmnt';
import { free, uptime } from './free';
import { egrep, fgrep, grep } from './grep';
import { gunzip, gzip, zcat } from './gzip';
import { head } from './head';
import { hd, hexdump } from './hexdump';
import { hostname } from './hostname';
import { ifconfig } from './ifconfig';
import { ip } from './ip';
import { ipcmk, ipcrm, ipcs } from './ipcs';
import { groups, id, whoami } from './id';
import { install, link, mkfifo, mknod } from './install';
import { jq } from './jq';
import { kill } from './kill';
import { less, more } from './less';
import { column, fold, nl, paste, rev, strings, tac } from './lines';
import { ln } from './ln';
import { logname } from './logname';
import { ls } from './ls';
import { lsns } from './lsns';
import { man } from './man';
import { mkdir } from './mkdir';
import { mktemp } from './mktemp';
import { mount, mountpoint, umount } from './mount';
import { mv } from './mv';
import { nice } from './nice';
import { nohup } from './nohup';
import { getconf, nproc } from './nproc';
import { nsenter } from './nsenter';
import { nslookup } from './nslookup';
import { od } from './od';
import { pivotRoot } from './pivot-root';
import { pgrep, pkill } from './pgrep';
import { killall, pidof } from './pidof';
import { printenv } from './printenv';
import { printf } from './printf';
import { ps } from './ps';
import { pstree } from './pstree';
import { pwd } from './pwd';
import { readlink } from './readlink';
import { realpath } from './realpath';
import { pwdx, renice, time, usleep } from './renice';
import { rm, unlink } from './rm';
import { rmdir } from './rmdir';
import { sed } from './sed';
import { seq } from './seq';
import { setsid } from './setsid';
import { shuf } from './shuf';
import { split } from './split';
import { sleep } from './sleep';
import { sort } from './sort';
import { stat } from './stat';
import { strace } from './strace';
import { stty } from './stty';
import { setpriv, su } from './su';
import { cksum, md5sum, sha1sum, sha256sum, sha512sum, sum } from './sums';
import { sysctl } from './sysctl';
import { tail } from './tail';
import { tar } from './tar';
import { tee } from './tee';
import { bracket, bracketBracket, testCommand } from './test';
import { timeout } from './timeout';
import { top } from './top';
import { touch } from './touch';
import { tr } from './tr';
import { falseCommand, nologin, trueCommand } from './true';
import { sync, truncate } from './truncate';
import { clear, reset, tty } from './tty';
import { arch, uname } from './uname';
import { uniq } from './uniq';
import { unshare } from './unshare';
import { watch } from './watch';
import { wc } from './wc';
import { wget } from './wget';
import { which } from './which';
import { xargs } from './xargs';
import { xxd } from './xxd';
import { yes } from './yes';

/** Every command by name. */
export const catalog: Readonly<Record<string, Command>> = {
  '[': bracket, '[[': bracketBracket, arch, awk, base64, basename, cat, chgrp, chmod, chown, chroot, cksum, clear, cmp, column, comm,
  cp, curl, cut, date, dd, df, diff, dirname, du, echo, egrep, env, expand, expr, false: falseCommand, fgrep, file, find, findmnt, fold,
  free, getconf, grep, groups, gunzip, gzip, hd, head, hexdump, hostname, id, ifconfig, install, ip, ipcmk, ipcrm, ipcs, jq, kill, killall, less, link, ln, logname, ls, lsns, man, md5sum,
  mkdir, mkfifo, mknod, mktemp, more, mount, mountpoint, mv, nano, nice, nl, nohup, nologin, nproc, nsenter, nslookup, od, paste, pgrep, pidof, pivot_root: pivotRoot, pkill,
  printenv, printf, ps, pstree, pwd, pwdx, readlink, realpath, renice, reset, rev, rm, rmdir, sed, seq, setpriv, setsid, sha1sum, sha256sum,
  sha512sum, shuf, sleep, sort, split, stat, strace, strings, stty, su, sum, sync, sysctl, tac, tail, tar, tee, test: testCommand, time, timeout, top,
  touch, tr, true: trueCommand, truncate, tty, umount, uname, unexpand, uniq, unlink, unshare, uptime, usleep, vi, view, vim, watch, wc, wget, which,
  whoami, xargs, xxd, yes, zcat,
}; // prettier-ignore
