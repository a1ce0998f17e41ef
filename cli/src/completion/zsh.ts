import type { Branch, Word } from './command-tree.js';
import { choiceCases, quoted } from './shell-text.js';

/** A script by which zsh completes `salus`, with descriptions: to be sourced, or as `_salus` in $fpath. */
export function zshCompletion(branches: readonly Branch[]): string {
  return `#compdef salus
# Completion of salus for zsh, made by: salus completion zsh

_salus_at() {
  names=() flags=() valued=()
  case "$1" in
${branches.map(branchCase).join('\n')}
  esac
  texts=(\${names%%:*})
}

_salus_choices() {
  choices=()
  case "$1 $2" in
${choiceCases(branches, (choices) => `choices=(${choices.map(quoted).join(' ')})`)}
  esac
}

_salus() {
  local -a names texts flags valued choices
  local at= word i
  _salus_at ''
  for ((i = 2; i < CURRENT; i++)); do
    word="$words[i]"
    if (( \${valued[(Ie)$word]} )); then
      (( i++ ))
    elif (( \${texts[(Ie)$word]} )); then
      at="$at/$word"
      _salus_at "$at"
    fi
  done
  word="$words[CURRENT-1]"
  _salus_choices "$at" "$word"
  if (( $#choices )); then
    compadd -a choices
  elif (( \${valued[(Ie)$word]} )); then
    _files
  elif [[ "$words[CURRENT]" == -* ]]; then
    _describe option flags
  elif (( $#names )); then
    _describe command names
  else
    _files
  fi
}

if [[ "$funcstack[1]" == _salus ]]; then
  _salus "$@"
else
  compdef _salus salus
fi
`;
}

function branchCase({ path, words, options }: Branch): string {
  const described = (list: readonly Word[]) =>
    list.map(({ text, description }) => quoted(`${text}:${description}`)).join(' ');
  const valued = options.filter(({ takesValue }) => takesValue);
  return `    ${quoted(path)})
      names=(${described(words)})
      flags=(${described(options)})
      valued=(${valued.map(({ text }) => text).join(' ')})
      ;;`;
}
