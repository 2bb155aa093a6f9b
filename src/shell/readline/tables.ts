/** readline's functions, each with the keys it has in emacs mode at an xterm, in `bind -p`'s words; SPC is a space. */
const functions = String.raw`
abort \C-g \C-x\C-g \M-\C-g
accept-line \C-j \C-m
alias-expand-line
arrow-key-prefix
backward-byte
backward-char \C-b \M-OD \M-[D
backward-delete-char \C-h \C-?
backward-kill-line \C-x\C-?
backward-kill-word \M-\C-h \M-\C-?
backward-word \M-\M-[D \M-[1;3D \M-[1;5D \M-[5D \M-b
beginning-of-history \M-<
beginning-of-line \C-a \M-OH \M-[1~ \M-[H
bracketed-paste-begin \M-[200~
call-last-kbd-macro \C-xe
capitalize-word \M-c
character-search \C-]
character-search-backward \M-\C-]
clear-display \M-\C-l
clear-screen \C-l
complete \C-i \M-\M-\000
complete-command \M-!
complete-filename \M-/
complete-hostname \M-@
complete-into-braces \M-{
complete-username \M-~
complete-variable \M-$
copy-backward-word
copy-forward-word
copy-region-as-kill
dabbrev-expand
delete-char \C-d \M-[3~
delete-char-or-list
delete-horizontal-space \M-\\
digit-argument \M-- \M-0 \M-1 \M-2 \M-3 \M-4 \M-5 \M-6 \M-7 \M-8 \M-9
display-shell-version \C-x\C-v
do-lowercase-version
downcase-word \M-l
dump-functions
dump-macros
dump-variables
dynamic-complete-history \M-\C-i
edit-and-execute-command \C-x\C-e
emacs-editing-mode
end-kbd-macro \C-x)
end-of-history \M->
end-of-line \C-e \M-OF \M-[4~ \M-[F
exchange-point-and-mark \C-x\C-x
fetch-history
forward-backward-delete-char
forward-byte
forward-char \C-f \M-OC \M-[C
forward-search-history \C-s
forward-word \M-\M-[C \M-[1;3C \M-[1;5C \M-[5C \M-f
glob-complete-word \M-g
glob-expand-word \C-x*
glob-list-expansions \C-xg
history-and-alias-expand-line
history-expand-line \M-^
history-search-backward \M-[5~
history-search-forward \M-[6~
history-substring-search-backward
history-substring-search-forward
insert-comment \M-#
insert-completions \M-*
insert-last-argument \M-. \M-_
kill-line \C-k
kill-region
kill-whole-line
kill-word \M-[3;5~ \M-d
magic-space
menu-complete
menu-complete-backward
next-history \C-n \M-OB \M-[B
next-screen-line
non-incremental-forward-search-history \M-n
non-incremental-forward-search-history-again
non-incremental-reverse-search-history \M-p
non-incremental-reverse-search-history-again
old-menu-complete
operate-and-get-next \C-o
overwrite-mode
possible-command-completions \C-x!
possible-completions \M-= \M-?
possible-filename-completions \C-x/
possible-hostname-completions \C-x@
possible-username-completions \C-x~
possible-variable-completions \C-x$
previous-history \C-p \M-OA \M-[A
previous-screen-line
print-last-kbd-macro
quoted-insert \C-q \C-v \M-[2~
re-read-init-file \C-x\C-r
redraw-current-line
reverse-search-history \C-r
revert-line \M-\C-r \M-r
self-insert
set-mark \C-@ \M-SPC
shell-backward-kill-word
shell-backward-word \M-\C-b
shell-expand-line \M-\C-e
shell-forward-word \M-\C-f
shell-kill-word \M-\C-d
shell-transpose-words \M-\C-t
skip-csi-sequence
spell-correct-word \C-xs
start-kbd-macro \C-x(
tab-insert
tilde-expand \M-&
transpose-chars \C-t
transpose-words \M-t
tty-status
undo \C-x\C-u \C-_
universal-argument
unix-filename-rubout
unix-line-discard \C-u
unix-word-rubout \C-w
upcase-word \M-u
vi-append-eol
vi-append-mode
vi-arg-digit
vi-bWord
vi-back-to-indent
vi-backward-bigword
vi-backward-word
vi-bword
vi-change-case
vi-change-char
vi-change-to
vi-char-search
vi-column
vi-complete
vi-delete
vi-delete-to
vi-eWord
vi-edit-and-execute-command
vi-editing-mode
vi-end-bigword
vi-end-word
vi-eof-maybe
vi-eword
vi-fWord
vi-fetch-history
vi-first-print
vi-forward-bigword
vi-forward-word
vi-fword
vi-goto-mark
vi-insert-beg
vi-insertion-mode
vi-match
vi-movement-mode
vi-next-word
vi-overstrike
vi-overstrike-delete
vi-prev-word
vi-put
vi-redo
vi-replace
vi-rubout
vi-search
vi-search-again
vi-set-mark
vi-subst
vi-tilde-expand
vi-undo
vi-unix-word-rubout
vi-yank-arg
vi-yank-pop
vi-yank-to
yank \C-y
yank-last-arg \M-. \M-_
yank-nth-arg \M-\C-y
yank-pop \M-y
`;

/** As `bind -v` lists them. */
const variables = `
bind-tty-special-chars on
blink-matching-paren off
byte-oriented off
colored-completion-prefix off
colored-stats off
completion-ignore-case off
completion-map-case off
convert-meta on
disable-completion off
echo-control-characters on
enable-active-region on
enable-bracketed-paste on
enable-keypad off
enable-meta-key on
expand-tilde off
history-preserve-point off
horizontal-scroll-mode off
input-meta on
mark-directories on
mark-modified-lines off
mark-symlinked-directories off
match-hidden-files on
menu-complete-display-prefix off
meta-flag on
output-meta on
page-completions on
prefer-visible-bell on
print-completions-horizontally off
revert-all-at-newline off
show-all-if-ambiguous off
show-all-if-unmodified off
show-mode-in-prompt off
skip-completed-text off
visible-stats off
bell-style audible
comment-begin #
completion-display-width -1
completion-prefix-display-length 0
completion-query-items 100
editing-mode emacs
emacs-mode-string @
history-size 500
keymap emacs
keyseq-timeout 500
vi-cmd-mode-string (cmd)
vi-ins-mode-string (ins)
`;

const rows = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((l) => l.split(' '));

const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
const codes = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Characters insert themselves, and a capital with Alt is the small letter with Alt. */
const many: Readonly<Record<string, readonly string[]>> = {
  'do-lowercase-version': [...letters.map((c) => `\\C-x${c}`), ...letters.filter((c) => c !== 'O').map((c) => `\\M-${c}`)],
  'self-insert': [
    ...codes(32, 126).map((c) => (c === 34 || c === 92 ? `\\${String.fromCharCode(c)}` : String.fromCharCode(c))),
    ...codes(128, 255).map((c) => `\\${c.toString(8)}`),
  ],
};

export const functionKeys: ReadonlyMap<string, readonly string[]> = new Map(
  rows(functions).map(([name = '', ...keys]) => [name, many[name] ?? keys.map((k) => k.replace('SPC', ' '))]),
);

export const variableValues: ReadonlyMap<string, string> = new Map(rows(variables).map(([name = '', ...value]) => [name, value.join(' ')]));
