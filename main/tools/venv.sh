# Makes a fresh virtual environment: sh tools/venv.sh FOLDER
# Takes $PYTHON where that is set, else the first Python 3.11 or later that is found.
set -eu
folder=$1

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

if [ -n "${PYTHON:-}" ]; then
  fits "$PYTHON" || { echo "PYTHON=$PYTHON is not a Python 3.11 or later that runs." >&2; exit 1; }
  found=$PYTHON
else
  found=
  for name in python3 python3.13 python3.12 python3.11 python3.14 python; do
    if fits "$name"; then found=$name; break; fi
  done
  if [ -z "$found" ]; then
    echo "Total Place needs Python 3.11 or later, and none is on the PATH (python3 is" \
      "$(python3 --version 2>/dev/null || echo 'not there'))." >&2
    echo "Install one, or say where it is: make PYTHON=/path/to/python3.12" >&2
    exit 1
  fi
fi

# Debian keeps the module that makes environments in a package of its own.
if ! "$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then
  version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "    installing python$version-venv"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      "python$version-venv"; } >/dev/null
  else
    echo "$found cannot make virtual environments: install its venv package" \
      "(on Debian and Ubuntu: sudo apt install python$version-venv), then try again." >&2
    exit 1
  fi
fi

echo "    with $("$found" --version)"
"$found" -m venv --clear "$folder"
