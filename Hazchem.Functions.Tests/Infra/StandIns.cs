using System.Diagnostics;

namespace Hazchem.Functions.Tests.Infra;

/// <summary>
/// A folder of programs in the places of az, azd, dotnet, zip, curl and sleep, which write down what they were asked for and answer
/// as Azure would.
/// </summary>
internal sealed class StandIns : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hazchem-deploy-");

    public StandIns()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash.");
        WriteProgram("az", Azure);
        WriteProgram("azd", "");
        WriteProgram("dotnet", """mkdir -p "$(after -o "$@")/.azurefunctions"; echo "source $BlobTriggerSource" >>"$ASKED/calls" """);
        WriteProgram("zip", """ls -A >"$ASKED/zipped"; touch "$3" """);
        WriteProgram("curl", Curl);
        WriteProgram("sleep", "");
    }

    /// <summary>What the programs answer, or refuse, instead of what they usually do.</summary>
    public Dictionary<string, string> Answers { get; } = [];

    public void Dispose() => folder.Delete(recursive: true);

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public async Task<List<string>> CallsAsync() =>
        File.Exists(PathOf("calls")) ? [.. await File.ReadAllLinesAsync(PathOf("calls"), TestContext.Current.CancellationToken)] : [];

    /// <summary>Runs a shell with them first in its path.</summary>
    public async Task<(int Code, string Output)> RunAsync(string shell, params string[] arguments)
    {
        var start = new ProcessStartInfo(shell, arguments)
        {
            WorkingDirectory = Path.GetDirectoryName(Bicep.Folder),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{PathOf("bin")}{Path.PathSeparator}{start.Environment["PATH"]}";
        start.Environment["ASKED"] = folder.FullName;
        foreach (var (name, value) in Answers)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    private void WriteProgram(string name, string body)
    {
        var path = Path.Combine(Directory.CreateDirectory(PathOf("bin")).FullName, name);
        File.WriteAllText(path, $$"""
            #!/usr/bin/env bash
            printf '%s\n' "{{name}} $*" >>"$ASKED/calls"
            after() {
              while [ "$1" != "$2" ]; do set -- "$1" "${@:3}"; done
              echo "$3"
            }

            """ + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private const string Azure = """
        if [[ -n "${REFUSED:-}" && "$*" == "$REFUSED"* ]]; then
          printf x >>"$ASKED/refused"
          if [ "$(wc -c <"$ASKED/refused")" -le "${REFUSED_TIMES:-99}" ]; then
            echo "ERROR: refused" >&2
            exit 1
          fi
        fi
        case "$*" in
          "account show --query tenantId"* | "account show --query id"*) echo 11111111-1111-1111-1111-111111111111 ;;
          "ad app create"*) echo 22222222-2222-2222-2222-222222222222 ;;
          "ad sp show"*) exit 1 ;;
          "deployment group show"*) echo "hazchem-$(after --query "$@" | tr -dc a-z)" ;;
          "functionapp config appsettings list"*) echo Hazchem__Depots__045__ApiKey ;;
          "keyvault secret show"*) [ -z "${SECRET:-}" ] || { echo "$SECRET" >&2; exit 3; } ;;
          "keyvault secret set"*) cp "$(after --file "$@")" "$ASKED/key-set" ;;
        esac
        """;

    private const string Curl = """
        [[ "$*" == *--write-out* ]] || { echo '{ "status": "Healthy" }'; exit; }
        case "${@: -1}" in
          http://*) printf '%s' "${PLAIN:-301}" ;;
          */api/health) printf 200 ;;
          */api/v1/*) printf '%s' "${API:-401}" ;;
          */api/portal/*) printf '%s' "${PORTAL:-302}" ;;
          */runtime/webhooks/*) printf '%s' "${WEBHOOK:-401}" ;;
          */admin/*) printf '%s' "${ADMIN:-401}" ;;
          */SendDocument) printf '%s' "${TRIGGER:-404}" ;;
        esac
        """;
}
