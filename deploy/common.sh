# Shared by deploy/run and deploy/test: messages, and packages from Debian.
# Expects $program and the working directory to be the project.

say() { printf '%s: %s\n' "$program" "$*"; }

fail() {
    printf '%s: %s\n' "$program" "$*" >&2
    exit 1
}

# The newest Swift is not needed, but an older one cannot build the package.
check_swift() {
    command -v swift > /dev/null ||
        fail "Swift is not installed; get 6.2 or newer from https://www.swift.org/install/linux/"
    local answer version
    answer=$(swift --version 2>&1) || fail "swift does not run: $(tail -n 1 <<< "$answer")"
    version=$(sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' <<< "$answer" | head -n 1)
    [ -n "$version" ] || fail "swift --version does not say a version; reinstall Swift"
    local major=${version%%.*} minor=${version#*.}
    if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
        fail "Swift $version is too old; 6.2 or newer is needed"
    fi
}

# install_packages GROUP...: what of deploy/dependencies.txt is not installed yet.
install_packages() {
    command -v apt-get > /dev/null ||
        fail "this needs Debian's apt-get; elsewhere install what deploy/dependencies.txt lists"
    local missing=() group name
    while read -r group name _; do
        case " $* " in *" $group "*) ;; *) continue ;; esac
        dpkg-query -W -f '${Status}' "$name" 2> /dev/null | grep -q 'ok installed' ||
            missing+=("$name")
    done < <(sed 's/#.*//; /^[[:space:]]*$/d' deploy/dependencies.txt | sort -u)
    [ ${#missing[@]} -gt 0 ] || return 0

    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo > /dev/null ||
            fail "these packages are missing, and there is no sudo to install them: ${missing[*]}"
        as_root=(sudo)
    fi
    say "installing from Debian: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq ||
        fail "apt-get update failed; check the network and /etc/apt/sources.list"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends "${missing[@]}" > /dev/null ||
        fail "apt-get could not install: ${missing[*]}"
}
