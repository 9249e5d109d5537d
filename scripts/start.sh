#!/bin/sh
# Finds a Python that is new enough and hands over to start.py. Written for any shell and any old Python, so that
# who has none gets a sentence and not a syntax error. PYTHON=… names one to use.
export PYTHONUTF8=1
for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" "$(dirname "$0")/start.py" "$@"
    fi
done
if [ -n "$PYTHON" ]; then
    echo "PYTHON=$PYTHON is not a Python 3.11 or newer. Name one, for example: make $1 PYTHON=python3.12" >&2
else
    echo "Python 3.11 or newer is needed and none was found. Install one (Debian, Ubuntu: apt-get install python3" \
        "python3-venv), or name yours: make $1 PYTHON=/path/to/python3.12" >&2
fi
exit 1
