# What app/run and tests/run share: the packages, their installation, configuring and building. Sourced by bash with `root` set to the
# repository. Everything said here goes to standard error; standard output belongs to the program that is started.
# Exit codes as of probflow itself: 2 wrong use, 3 something is missing (and what to install), 1 anything else.

# The one list of packages: name, then what it is for.
build_packages='
g++                  the compiler
cmake                configures the build
ninja-build          runs the build
libimgui-dev         Dear ImGui: the interface
libglfw3-dev         GLFW: the window
python3-glad         glad: the OpenGL loader
libgl-dev            OpenGL headers
libopengl-dev        the OpenGL library itself
libegl-dev           OpenGL without a window
libgl1-mesa-dri      OpenGL drivers, software ones included
libegl-mesa0         the same, without a window
libglx-mesa0         the same, in an X11 window
libeigen3-dev        Eigen: linear algebra
libfmt-dev           fmt: formatted text
nlohmann-json3-dev   scene files
libcli11-dev         command line
libpng-dev           PNG files
libjpeg62-turbo-dev  JPEG files
zlib1g-dev           compressed arrays
libmuparser-dev      muParser: typed formulas
fonts-dejavu-core    the font
ffmpeg               movies
'
# Not needed when another LibTorch is given (app/run --torch).
torch_packages='
libtorch-dev         LibTorch: the networks
libopenblas0-openmp  fast linear algebra for LibTorch
'
test_packages='
catch2               the test framework
python3-numpy        reads what probflow writes
xvfb                 a display for window tests
xauth                its keys
xdotool              mouse and keyboard for window tests
x11-utils            looks at windows
openbox              a window manager for window tests
imagemagick          screenshots of windows
locales              German numbers for tests
'

say() { printf '%s\n' "$*" >&2; }
die() { local code=$1; shift; say "$@"; exit "$code"; }

# missing_packages NAME...: those that are not installed, one a line.
missing_packages() {
    local native installed name
    native=$(dpkg --print-architecture 2>/dev/null)
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Architecture} ${Package}\n' "$@" 2>/dev/null |
        awk -v native="$native" '$1 == "installed" && ($2 == native || $2 == "all") { print $3 }') || true
    for name in "$@"; do
        grep -Fqx -- "$name" <<<"$installed" || printf '%s\n' "$name"
    done
}

# Without a password that cannot be typed: root, sudo that needs none, or sudo with somebody at the keyboard.
become_root() {
    as_root=()
    [ "$(id -u)" != 0 ] || return 0
    command -v sudo >/dev/null || return 1
    as_root=(sudo)
    sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }
}

# apt_get ARGUMENT...: waits for another package manager, and says so. The output is shown.
apt_get() {
    local log wait=${PROBFLOW_LOCK_WAIT:-120} holder status told=
    local end=$((SECONDS + wait))
    log=$(mktemp)
    while true; do
        status=0
        "${as_root[@]}" env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get "$@" </dev/null 2>&1 |
            tee "$log" | sed -u '/Could not get lock/d; /Unable to .*lock/d' >&2 || status=$?
        holder=$(sed -n 's/.*Could not get lock.*held by process \([0-9]*\) (\(.*\)).*/process \1, \2/p; t
                         s/.*Could not get lock.*/an unknown process/p' "$log" | head -n 1)
        [ "$status" != 0 ] && [ -n "$holder" ] || break
        if [ "$SECONDS" -ge "$end" ]; then
            rm -f "$log"
            die 3 "Another package manager holds the lock ($holder). Start this again when it is done."
        fi
        [ -n "$told" ] || say "Another package manager holds the lock ($holder): waiting up to $wait s for it."
        told=yes
        sleep 3
    done
    rm -f "$log"
    return "$status"
}

# list_packages NAME...: each with its size and purpose, then everything that comes along.
list_packages() {
    local name size all
    for name in "$@"; do
        size=$(apt-cache show --no-all-versions "$name" 2>/dev/null | awk '$1 == "Installed-Size:" { printf "%.1f MB", $2 / 1024; exit }') || true
        say "$(printf '  %-20s %10s   %s' "$name" "${size:-unknown}" \
            "$(awk -v name="$name" '$1 == name { $1 = ""; print substr($0, 2) }' <<<"$build_packages$torch_packages$test_packages")")"
    done
    mapfile -t all < <(LC_ALL=C apt-get -s install --no-install-recommends "$@" 2>/dev/null | awk '$1 == "Inst" { print $2 }')
    [ "${#all[@]}" = 0 ] || apt-cache show --no-all-versions "${all[@]}" 2>/dev/null | awk -v count="${#all[@]}" '
        $1 == "Installed-Size:" { disk += $2 / 1024 }  $1 == "Size:" { download += $2 / 1048576 }
        END { printf "  With what they need: %d packages, %.0f MB to download, %.0f MB on disk.\n", count, download, disk }' >&2
}

# With both flavours of OpenBLAS the alternatives prefer the one whose threads fight with LibTorch's.
choose_openblas() {
    local library name wanted
    for library in libblas libopenblas liblapack; do
        for name in $(update-alternatives --get-selections 2>/dev/null | awk -v like="^$library\\\\.so\\\\.[03]-" '$1 ~ like && $3 ~ /openblas-pthread/ { print $1 }'); do
            wanted=$(update-alternatives --list "$name" | grep openblas-openmp | head -n 1) || continue
            if become_root; then
                "${as_root[@]}" update-alternatives --set "$name" "$wanted" >&2 || true
            else
                say "Networks train faster after: sudo update-alternatives --set $name $wanted"
            fi
        done
    done
}

# install_packages LIST...: installs what is missing of the lists above.
install_packages() {
    local names missing absent=() options=() name line
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "This system has no apt-get, so nothing is installed; CMake names what is missing."
        return
    fi
    mapfile -t names < <(awk 'NF { print $1 }' <<<"$*")
    mapfile -t missing < <(missing_packages "${names[@]}")
    if [ "${#missing[@]}" != 0 ]; then
        line="apt-get install -y --no-install-recommends ${missing[*]}"
        say "${#missing[@]} packages are missing."
        if ! become_root; then
            list_packages "${missing[@]}"
            die 3 "Installing them needs root. Run one of these, then start this again:
  sudo apt-get update && sudo $line
  su -c 'apt-get update && $line' -"
        fi
        apt_get update -qq || say "apt-get update failed; going on with the package lists that are there."
        for name in "${missing[@]}"; do
            [ -n "$(apt-cache show --no-all-versions "$name" 2>/dev/null)" ] || absent+=("$name")
        done
        [ "${#absent[@]}" = 0 ] || say "This release has no package ${absent[*]}; CMake says whether it is needed."
        mapfile -t missing < <(printf '%s\n' "${missing[@]}" | grep -Fvx -f <(printf '%s\n' "" "${absent[@]}"))
        if [ "${#missing[@]}" != 0 ]; then
            say "Installing:"
            list_packages "${missing[@]}"
            # A machine that lives for one run need not survive a power cut in the middle of it: without syncing this is several times faster.
            [ "${CI-}" != true ] || options=(-o Dpkg::Options::=--force-unsafe-io)
            apt_get install -q -y --no-install-recommends -o Dpkg::Use-Pty=0 "${options[@]}" "${missing[@]}" ||
                die 3 "apt-get could not install them; its message is above. By hand: apt-get install -y --no-install-recommends ${missing[*]}"
            choose_openblas
        fi
    fi
}

# Compile jobs: one per core, and 2 GB of memory for each.
parallel_jobs() {
    local cores memory limit
    cores=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc 2>/dev/null) || cores=2
    memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo 2>/dev/null) || memory=4096
    limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null) || limit=max
    [[ $limit =~ ^[0-9]{1,15}$ ]] && [ $((limit / 1048576)) -lt "$memory" ] && memory=$((limit / 1048576))
    local jobs=$((memory / 2000))
    [ "$jobs" -le "$cores" ] || jobs=$cores
    [ "$jobs" -ge 1 ] || jobs=1
    echo "$jobs"
}

# configure PRESET FOLDER [ARGUMENT...]: anew if the folder was configured for another place.
configure() {
    local preset=$1 folder=$2 fresh=()
    shift 2
    command -v cmake >/dev/null || die 3 "cmake was not found. Install CMake 3.25 or newer, a C++20 compiler and ninja."
    if [ -f "$folder/CMakeCache.txt" ] && ! grep -Fqx "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"; then
        fresh=(--fresh)
    fi
    cmake "${fresh[@]}" -S "$root" --preset "$preset" -B "$folder" "$@" >&2 || die 3 "Configuring failed; CMake's message above names what is missing."
}

# configured FOLDER [CACHE LINE]: is it, for this place, with that line in its cache?
configured() {
    [ -f "$1/build.ninja" ] && grep -Fqx "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$1/CMakeCache.txt" && { [ $# = 1 ] || grep -Fqx "$2" "$1/CMakeCache.txt"; }
}

# build FOLDER [ARGUMENT...]
build() {
    local folder=$1
    shift
    env -u PYTHONHOME -u PYTHONPATH cmake --build "$folder" --parallel "$(parallel_jobs)" "$@" >&2 || die 1 "Building failed; the compiler's message is above."
}

# One build at a time in one copy of the repository: the second start waits for the first.
lock_build() {
    mkdir -p "$root/build" && [ -w "$root/build" ] || die 1 "$root/build cannot be written; builds go there."
    command -v flock >/dev/null || return 0
    exec 9>"$root/build/.lock"
    flock -n 9 || { say "Another start is building; waiting for it."; flock 9; }
}
unlock_build() { exec 9>&-; }
