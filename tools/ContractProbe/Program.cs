using System.CommandLine;
using Hazchem.ContractProbe;
using Spectre.Console;

var baseUrl = new Option<string>("--base-url") { Description = "Where Hazchem's API is, before /v1: HTTPS, or HTTP to this machine.", Required = true };
var depot = new Option<string>("--depot") { Description = "The depot's code. Its key is read from the variable Hazchem__Depots__<code>__ApiKey.", Required = true };
var consignment = new Option<string?>("--consignment") { Description = "A consignment of the depot's, to send for with --send." };
var send = new Option<bool>("--send") { Description = "Try also what stores a picture at Hazchem; asks before it does." };
var yes = new Option<bool>("--yes") { Description = "Answers what would be asked." };
var days = new Option<int>("--days") { Description = "How many days back the listing is read.", DefaultValueFactory = _ => 7 };
var json = new Option<bool>("--json") { Description = "The outcome as JSON on stdout, and nothing else there." };
var command = new RootCommand("Tries each assumption about Hazchem's API at a real endpoint. 0: nothing differs; 1: something does; 2: it could not be tried.")
{
    baseUrl, depot, consignment, send, yes, days, json,
};
command.SetAction(async (parsed, cancellationToken) =>
{
    var code = parsed.GetValue(depot)!;
    var variable = $"Hazchem__Depots__{code}__ApiKey";
    if (!Uri.TryCreate(parsed.GetValue(baseUrl), UriKind.Absolute, out var address)
        || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
    {
        return Refuse("--base-url must be an HTTPS address, or HTTP to this machine.");
    }

    if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } key)
    {
        return Refuse($"{variable} is not set. The key is never an argument: arguments are seen by others.");
    }

    if (parsed.GetValue(send) && parsed.GetValue(consignment) is null)
    {
        return Refuse("--send needs --consignment.");
    }

    using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(60) };
    var probe = new Probe(
        new Wire(http, address, key, TimeSpan.FromMilliseconds(200)),
        new ProbeOptions(parsed.GetValue(consignment), parsed.GetValue(send), TimeSpan.FromDays(parsed.GetValue(days))),
        question => parsed.GetValue(yes) || Ask(question),
        TimeProvider.System);
    var report = new Report(address.AbsoluteUri, code, TimeProvider.System.GetUtcNow(), await probe.RunAsync(cancellationToken));
    if (parsed.GetValue(json))
    {
        Console.WriteLine(report.ToJson());
    }
    else
    {
        report.Show(AnsiConsole.Console);
    }

    return report.Differences > 0 ? 1 : report.Checks.Any(check => check.Verdict == Verdict.Holds) ? 0 : 2;
});
return await command.Parse(args).InvokeAsync();

static int Refuse(string why)
{
    Console.Error.WriteLine(why);
    return 2;
}

static bool Ask(string question)
{
    Console.Error.Write($"{question} Go on? Type yes: ");
    return string.Equals(Console.ReadLine()?.Trim(), "yes", StringComparison.OrdinalIgnoreCase);
}
