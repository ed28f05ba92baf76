# Publishes the app and starts it with Azure Functions Core Tools and Azurite, as a custom handler or, with "isolated" as the
# first argument, as a .NET isolated worker. The other arguments go to `func start`.
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

function Assert-Command([string] $Name, [string] $What, [string] $Where) {
    if (-not (Get-Command $Name -ErrorAction SilentlyContinue)) {
        [Console]::Error.WriteLine("$What is not installed: $Where")
        exit 1
    }
}

function Assert-Success([string] $What) {
    if ($LASTEXITCODE -ne 0) {
        [Console]::Error.WriteLine("$What failed with exit code $LASTEXITCODE.")
        exit $LASTEXITCODE
    }
}

Assert-Command dotnet 'The .NET SDK' 'https://dotnet.microsoft.com/download (version 10)'
Assert-Command node 'Node.js, which Azurite needs,' 'https://nodejs.org/ (version 20 or later)'
Assert-Command func 'Azure Functions Core Tools (func)' 'https://learn.microsoft.com/azure/azure-functions/functions-run-local (version 4). Without it, use: dotnet run --project tools/LocalHost'

# What is in the environment wins over local.settings.json.
$arguments = @($args)
if ($arguments.Count -gt 0 -and $arguments[0] -eq 'isolated') {
    $arguments = @($arguments | Select-Object -Skip 1)
    $app = Join-Path $PSScriptRoot '.local/func-app-isolated'
    $publish = @('-p:FunctionsRuntime=isolated')
    $env:FUNCTIONS_WORKER_RUNTIME = 'dotnet-isolated'
}
else {
    $app = Join-Path $PSScriptRoot '.local/func-app'
    $publish = @()
    $env:FUNCTIONS_WORKER_RUNTIME = 'custom'
}
dotnet publish Hazchem.Functions -o $app @publish
Assert-Success 'dotnet publish'
if (-not (Test-Path local.settings.json)) {
    Copy-Item local.settings.sample.json local.settings.json
    Write-Host "local.settings.json was made from the sample; set your depot's key and Hazchem's address there."
}
Copy-Item local.settings.json $app

$azuriteFolder = Join-Path $PSScriptRoot 'tools/azurite'
# npm writes this hidden lock file last, so a tree cut short does not count. Outside Windows its name hides it from Get-Item without -Force.
$installed = Get-Item -Force (Join-Path $azuriteFolder 'node_modules/.package-lock.json') -ErrorAction SilentlyContinue
$wanted = Get-Item (Join-Path $azuriteFolder 'package-lock.json')
if (-not $installed -or $installed.LastWriteTimeUtc -lt $wanted.LastWriteTimeUtc) {
    Push-Location $azuriteFolder
    npm ci
    Pop-Location
    Assert-Success 'npm ci'
}
$data = New-Item -ItemType Directory -Force (Join-Path $PSScriptRoot '.local/func-azurite')

# Started with node itself: npx would be a process between this script and Azurite, left over when only npx is ended.
$azurite = Start-Process node -PassThru -NoNewWindow -WorkingDirectory $azuriteFolder -ArgumentList @(
    'node_modules/azurite/dist/src/azurite.js', '--silent', '--skipApiVersionCheck', '--disableTelemetry',
    '--location', "`"$($data.FullName)`"")
try {
    Set-Location $app
    func start --no-build @arguments
}
finally {
    Stop-Process -Id $azurite.Id -ErrorAction SilentlyContinue
}
