#!/bin/sh
# Starts the site from this folder. Needs Python 3.
cd "$(dirname "$0")" || exit 1
command -v python3 > /dev/null || {
  echo 'Python 3 is needed: see https://www.python.org' >&2
  exit 1
}
exec python3 serve.py "$@"
