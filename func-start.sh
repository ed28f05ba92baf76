#!/usr/bin/env bash
# Publishes the app and starts it with Azure Functions Core Tools and Azurite, as a custom handler or, with "isolated" as the
# first argument, as a .NET isolated worker. The other arguments go to `func start`.
set -euo pipefail
cd "$(dirname "$0")"

missing() {
  echo "$1 is not installed: $2" >&2
  exit 1
}
command -v dotnet >/dev/null || missing "The .NET SDK" "https://dotnet.microsoft.com/download (version 10)"
command -v node >/dev/null || missing "Node.js, which Azurite needs," "https://nodejs.org/ (version 20 or later)"
command -v func >/dev/null || missing "Azure Functions Core Tools (func)" \
  "https://learn.microsoft.com/azure/azure-functions/functions-run-local (version 4). Without it, use: dotnet run --project tools/LocalHost"

# What is in the environment wins over local.settings.json.
if [ "${1:-}" = isolated ]; then
  shift
  app=.local/func-app-isolated
  publish=(-p:FunctionsRuntime=isolated)
  export FUNCTIONS_WORKER_RUNTIME=dotnet-isolated
else
  app=.local/func-app
  publish=()
  export FUNCTIONS_WORKER_RUNTIME=custom
fi
dotnet publish Hazchem.Functions -o "$app" ${publish[@]+"${publish[@]}"}
if [ ! -f local.settings.json ]; then
  cp local.settings.sample.json local.settings.json
  echo "local.settings.json was made from the sample; set your depot's key and Hazchem's address there."
fi
cp local.settings.json "$app/"

# npm writes this hidden lock file last, so a tree cut short does not count.
installed=tools/azurite/node_modules/.package-lock.json
if [ ! -f "$installed" ] || [ "$installed" -ot tools/azurite/package-lock.json ]; then
  (cd tools/azurite && npm ci)
fi
mkdir -p .local/func-azurite
# With node itself: npx would be a process between this script and Azurite, which is left over when only npx is ended.
(cd tools/azurite && exec node node_modules/azurite/dist/src/azurite.js --silent --skipApiVersionCheck --disableTelemetry \
  --location ../../.local/func-azurite) &
azurite=$!
trap 'kill "$azurite" 2>/dev/null || true' EXIT

cd "$app"
func start --no-build "$@"
