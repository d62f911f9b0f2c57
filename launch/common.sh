# shellcheck shell=bash
# What the scripts in launch/ share. Sourced, not run.
# shellcheck disable=SC2034  # variables are for the scripts that source this

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
swift_needed=6.3

say() { printf '==> %s\n' "$*" >&2; }
fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Puts a toolchain that swiftly installed on PATH; a new shell would find it by itself.
use_swiftly() {
    local environment="${SWIFTLY_HOME_DIR:-$HOME/.local/share/swiftly}/env.sh"
    # shellcheck disable=SC1090
    if ! command -v swift >/dev/null && [ -r "$environment" ]; then . "$environment"; fi
}

# The version of the Swift on PATH, or nothing.
swift_version() {
    swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1
}

# Whether the Swift on PATH is recent enough.
swift_suffices() {
    local found
    found=$(swift_version)
    [ -n "$found" ] && [ "$(printf '%s\n' "$swift_needed" "$found" | sort -V | head -n 1)" = "$swift_needed" ]
}

# Installs those of these Debian packages that are missing.
install_missing() {
    local missing=() package as_root=()
    for package in "$@"; do
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            missing+=("$package")
        fi
    done
    if [ ${#missing[@]} -eq 0 ]; then return; fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "missing ${missing[*]}; install them as root: apt-get install ${missing[*]}"
            return 1
        fi
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# Sets TREEVAE_MPI, from which Package.swift knows the MPI library, unless it is set: the first that pkg-config knows, or
# else what mpicc says that it hands to the compiler.
find_mpi() {
    local name line
    if [ -n "${TREEVAE_MPI:-}" ] || ! command -v pkg-config >/dev/null; then return 0; fi
    for name in ompi-c ompi mpich cray-mpich impi; do
        if pkg-config --exists "$name"; then
            # What Package.swift has anyway is left unsaid, so that builds of other shells are not made again.
            if [ "$name" != ompi-c ]; then export TREEVAE_MPI=$name; fi
            return 0
        fi
    done
    line=$(mpicc -show 2>/dev/null || cc -craype-verbose --version 2>/dev/null) || return 1
    write_mpi_module "$line" "$repository/.build/mpi"
    export TREEVAE_MPI=treevae-mpi PKG_CONFIG_PATH="$repository/.build/mpi${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
}

# An entry for pkg-config out of the command of a compiler: its -I, -L and -l.
write_mpi_module() {
    local line=$1 directory=$2 word compile=() link=()
    for word in $line; do
        case $word in
            -I* | -D*) compile+=("$word") ;;
            -L* | -l*) link+=("$word") ;;
        esac
    done
    mkdir -p "$directory"
    printf 'Name: treevae-mpi\nDescription: the MPI library that mpicc has\nVersion: 1\nCflags: %s\nLibs: %s\n' \
        "${compile[*]}" "${link[*]}" >"$directory/treevae-mpi.pc"
}

# Sets `mpirun_options` for so many ranks: Open MPI refuses root, and more ranks than cores, unless told. Others do not know
# the options.
set_mpirun_options() {
    mpirun_options=(-np "$1")
    if ! mpirun --version 2>/dev/null | grep -q 'Open MPI'; then return; fi
    if [ "$(id -u)" -eq 0 ]; then mpirun_options+=(--allow-run-as-root); fi
    if [ "$(nproc)" -lt "$1" ]; then mpirun_options+=(--oversubscribe); fi
}
