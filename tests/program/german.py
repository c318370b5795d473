"""german.py COMMAND...: runs it where numbers have commas, without a home and without a network, and ends with its code.
By hand: PROBFLOW_GERMAN=build/ci/lib/libgerman.so tests/program/german.py ctest --test-dir build/ci -LE long"""
import os
import subprocess
import sys
import tempfile

LOCALE = "de_DE.UTF-8"
NO_NETWORK = ("unshare", "--map-current-user", "--net"), ("unshare", "--net")


def make_locale(folder):
    """Of the sources in Debian's package locales: an installed one is not asked for, and none is installed."""
    made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", os.path.join(folder, LOCALE)], capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(f"no German locale could be made: {made.stderr.strip()}. On Debian: apt install locales")


def without_network():
    """What starts a command without a network; nothing where that is not allowed, which is said."""
    for words in NO_NETWORK:
        tried = subprocess.run([*words, "true"], capture_output=True, text=True)
        if tried.returncode == 0:
            return words
    print(f"not done: with a network, for a namespace without one is not allowed here ({tried.stderr.strip()})", flush=True)
    return ()


def main(command):
    with tempfile.TemporaryDirectory() as folder:
        make_locale(folder)
        env = {k: v for k, v in os.environ.items() if k not in ("HOME", "LANG", "LANGUAGE") and not k.startswith(("LC_", "XDG_"))}
        # What the system says of errors stays English: tests read it.
        env.update(LC_ALL=LOCALE, LANGUAGE="en", LOCPATH=folder, LD_PRELOAD=os.path.abspath(os.environ["PROBFLOW_GERMAN"]))
        # Under the address sanitizer that library comes before the sanitizer's own, and holds nothing of it.
        env["ASAN_OPTIONS"] = ":".join(filter(None, (env.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))
        # glibc keeps the list of LOCPATH for as long as the program runs.
        known = os.path.join(folder, "leaks")
        with open(known, "w") as file:
            file.write("leak:__argz_add_sep\n")
        env["LSAN_OPTIONS"] = ":".join(filter(None, (env.get("LSAN_OPTIONS"), f"suppressions={known}:print_suppressions=0")))
        before = without_network()
        env["PROBFLOW_WITHOUT_NETWORK"] = "yes" if before else ""
        return subprocess.run([*before, *command], env=env).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
