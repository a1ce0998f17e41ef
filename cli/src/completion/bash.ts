import type { Branch } from './command-tree.js';
import { choiceCases, quoted } from './shell-text.js';

/** A script by which bash completes `salus`; `-o default` leaves file names to bash. */
export function bashCompletion(branches: readonly Branch[]): string {
  return `# Completion of salus for bash, made by: salus completion bash

_salus_at() {
  commands= options= valued=
  case "$1" in
${branches.map(branchCase).join('\n')}
  esac
}

_salus_choices() {
  choices=
  case "$1 $2" in
${choiceCases(branches, (choices) => `choices=${quoted(choices.join(' '))}`)}
  esac
}

_salus() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}"
  local commands options valued choices at= word i
  COMPREPLY=()
  _salus_at ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ " $valued " == *" $word "* ]]; then
      i=$((i + 1))
    elif [[ " $commands " == *" $word "* ]]; then
      at="$at/$word"
      _salus_at "$at"
    fi
  done
  _salus_choices "$at" "$before"
  if [[ -n $choices ]]; then
    COMPREPLY=($(compgen -W "$choices" -- "$current"))
  elif [[ " $valued " == *" $before "* ]]; then
    return
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ -n $commands ]]; then
    compopt +o default 2>/dev/null
    COMPREPLY=($(compgen -W "$commands" -- "$current"))
  fi
}

complete -o default -F _salus salus
`;
}

function branchCase({ path, words, options }: Branch): string {
  const texts = (list: readonly { readonly text: string }[]) =>
    quoted(list.map(({ text }) => text).join(' '));
  const valued = options.filter(({ takesValue }) => takesValue);
  return `    ${quoted(path)})
      commands=${texts(words)}
      options=${texts(options)}
      valued=${texts(valued)}
      ;;`;
}
