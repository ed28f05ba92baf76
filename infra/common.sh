# shellcheck shell=bash
# What the scripts beside it share. They run as hooks of azd (azure.yaml) and within deploy.sh, and both give them the resource
# group and the outputs of main.bicep in the environment.
set -euo pipefail

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# To stderr: what a script prints may be its result.
step() {
  printf '\n==> %s\n' "$*" >&2
}

# again COMMAND...: for five minutes, as long as a new role or a key that the host is making may take.
again() {
  local attempt
  for attempt in $(seq 10); do
    if "$@"; then
      return 0
    fi
    [ "$attempt" -lt 10 ] || return 1
    echo "Trying again in 30 seconds." >&2
    sleep 30
  done
}

for program in az curl; do
  command -v "$program" >/dev/null || fail "$program is not installed."
done
subscription=$(az account show --query id --output tsv) || fail "Sign in first: az login."
[ "${AZURE_SUBSCRIPTION_ID:-$subscription}" = "$subscription" ] ||
  fail "The Azure CLI uses another subscription than azd: az account set --subscription $AZURE_SUBSCRIPTION_ID"
