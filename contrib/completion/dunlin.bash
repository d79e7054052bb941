# bash completion for dunlin(1): commands from "dunlin --help", options from
# "dunlin COMMAND --help", so that it never falls behind the program.

_dunlin() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local program=${COMP_WORDS[0]} command='' i words
	local shared='-C --company --json --now --help --version'

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-C | --company | --now) ((i++)) ;;
		-*) ;;
		*)	command=${COMP_WORDS[i]}
			break ;;
		esac
	done
	case $prev in
	-C)	mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return ;;
	--company | --now)
		COMPREPLY=()
		return ;;
	esac
	if [ -z "$command" ]; then
		words=$("$program" --help 2>/dev/null |
		    sed -nE 's/^  ([a-z]+) +.*/\1/p')
		words="$words $shared"
	elif [[ $cur == -* ]]; then
		words="$("$program" "$command" --help 2>/dev/null |
		    grep -oE -e '--[a-z][a-z-]*' | sort -u) $shared"
	else
		case $command in
		run)	words='planner sender' ;;
		*)	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o filenames -F _dunlin dunlin
