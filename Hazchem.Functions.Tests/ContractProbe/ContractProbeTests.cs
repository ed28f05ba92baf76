using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hazchem.ContractProbe;
using Hazchem.LocalHost;
using Hazchem.Samples;
using Hazchem.Simulator;
using Microsoft.Extensions.Time.Testing;

namespace Hazchem.Functions.Tests.ContractProbe;

/// <summary>The probe against the simulator, as the contract has it and with each assumption made false.</summary>
public sealed partial class ContractProbeTests : IAsyncDisposable
{
    private const string Key = "key-of-045-which-nobody-may-see";

    private static readonly byte[] Photo = SamplePictures.Photo(1, width: 320, height: 240);
    private static readonly byte[] Scan = SamplePictures.Scan(1, pages: 1);

    private SimulatorServer? simulator;

    public static TheoryData<string, Action<HazchemNetwork, Between>> FalseAssumptions => new()
    {
        { "key", (_, between) => between.Answers = (_, answer) => answer.StatusCode = answer.StatusCode == HttpStatusCode.Unauthorized ? HttpStatusCode.Forbidden : answer.StatusCode },
        { "sending", (_, between) => between.Answers = (request, answer) => Replace(request.Method == HttpMethod.Post, answer, HttpStatusCode.NotFound, "<html>Nothing here.</html>") },
        { "words", (network, _) => Publish(network, "CUSTOMER_COPY", Scan, "DELIVERY") },
        { "idempotency", (_, between) => between.Requests = request => Rename(request, "Idempotency-Key") },
        { "limits", (network, _) => network.Limits = new Hazchem.Simulator.SizeLimits { DeliveryImage = 300_000 } },
        { "limits", (network, _) => network.Limits = new Hazchem.Simulator.SizeLimits { DeliveryImage = 900_000 } },
        { "formats", (network, _) => Publish(network, "DELIVERY_IMAGE", Scan, "COLLECTION") },
        { "refusals", (network, _) => network.AcceptUnknownConsignments = true },
        {
            "rate",
            (network, between) =>
            {
                network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Error429], Routes = [ApiRoute.Content], Times = 1 };
                between.Answers = (_, answer) => answer.Headers.Remove("Retry-After");
            }
        },
        { "listing", (_, between) => between.Answers = (request, answer) => Change(request, answer, "nextCursor", "next") },
        { "clock", (network, _) => Publish(network, "DELIVERY_IMAGE", Photo, "COLLECTION", TimeProvider.System.GetUtcNow().AddHours(1)) },
        { "clock", (_, between) => between.Answers = (_, answer) => answer.Headers.Date = null },
        { "integrity", (network, _) => network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.AlteredContent], Routes = [ApiRoute.Content] } },
        { "visibility", (network, _) => Publish(network, "DELIVERY_IMAGE", Photo, "DELIVERY") },
        { "content", (_, between) => between.Answers = (request, answer) => Replace(request.RequestUri!.AbsolutePath.EndsWith("none/content", StringComparison.Ordinal), answer, HttpStatusCode.OK, "") },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Probe_as_the_contract_has_it_finds_nothing_that_differs()
    {
        var checks = await RunAsync((_, _) => { });

        checks.Where(check => check.Verdict == Verdict.Differs).Should().BeEmpty();
        checks.Where(check => check.Verdict == Verdict.Holds).Select(check => check.Assumption).Distinct()
            .Should().BeEquivalentTo(Assumption.All.Select(assumption => assumption.Id).Except(["nothing-stored", "rate"]));
        checks.Select(check => check.Assumption).Distinct().Should().BeEquivalentTo(Assumption.All.Select(assumption => assumption.Id));
        simulator!.Network.Received.Should().ContainSingle();
    }

    [Theory]
    [MemberData(nameof(FalseAssumptions), DisableDiscoveryEnumeration = true)]
    public async Task Probe_assumption_that_does_not_hold_is_said_to_differ(string assumption, Action<HazchemNetwork, Between> differ)
    {
        var checks = await RunAsync(differ);

        checks.Where(check => check.Verdict == Verdict.Differs).Select(check => check.Assumption).Should().Contain(assumption);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Probe_that_may_not_send_or_is_told_no_stores_nothing(bool send, bool agrees)
    {
        var checks = await RunAsync((_, _) => { }, send, agrees);

        simulator!.Network.Received.Should().BeEmpty();
        checks.Where(check => check.Assumption is "idempotency" or "limits").Should().OnlyContain(check => check.Verdict == Verdict.Open);
        checks.Should().NotContain(check => check.Verdict == Verdict.Differs);
    }

    [Fact]
    public async Task Probe_whose_key_is_refused_tries_nothing_else()
    {
        var checks = await RunAsync((network, _) => network.RemoveDepot("045"));

        checks.Where(check => check.Verdict == Verdict.Differs).Select(check => check.Assumption).Should().Equal("key");
        simulator!.Network.Requests.Count(route: ApiRoute.Send).Should().Be(0);
    }

    [Fact]
    public void Assumptions_are_those_of_the_README()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "README.md"));
        var section = readme[readme.IndexOf("## What is assumed about Hazchem", StringComparison.Ordinal)..];
        var rows = AssumptionRow().Matches(section[..section.IndexOf("\n## ", 3, StringComparison.Ordinal)]).Select(row => row.Groups["text"].Value);

        rows.Should().Equal(Assumption.All.Select(assumption => assumption.Text));
    }

    [Fact]
    public async Task Program_tells_by_its_exit_code_and_never_shows_the_key()
    {
        await StartAsync();
        var (code, output) = await RunProgramAsync(Key);
        code.Should().Be(0, output);
        using (var report = JsonDocument.Parse(output))
        {
            report.RootElement.GetProperty("differences").GetInt32().Should().Be(0);
            report.RootElement.GetProperty("checks")[0].GetProperty("verdict").GetString().Should().Be("holds");
        }

        output.Should().NotContain(Key);
        simulator!.Network.AcceptUnknownConsignments = true;
        (await RunProgramAsync(Key)).ExitCode.Should().Be(1);
        (await RunProgramAsync(key: null)).ExitCode.Should().Be(2);
    }

    public async ValueTask DisposeAsync()
    {
        if (simulator is not null)
        {
            await simulator.DisposeAsync();
        }
    }

    private async Task<(int ExitCode, string Output)> RunProgramAsync(string? key)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Hazchem.ContractProbe.dll"), "--base-url", simulator!.Address.AbsoluteUri, "--depot", "045", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Hazchem__Depots__045__ApiKey"] = key;
        using var program = Process.Start(start)!;
        var errors = program.StandardError.ReadToEndAsync(Cancellation);
        var output = await program.StandardOutput.ReadToEndAsync(Cancellation);
        await program.WaitForExitAsync(Cancellation);
        return (program.ExitCode, output + await errors);
    }

    private async Task StartAsync()
    {
        simulator = await SimulatorServer.StartAsync(new SimulatorOptions { RequestsPerSecond = 0, Concurrency = 0 }, Cancellation);
        simulator.Network.AddDepot("045", Key);
        simulator.Network.AddConsignment("HZ1", requesting: "045", collection: "045", delivery: "046");
        foreach (var i in Enumerable.Range(1, 6))
        {
            Publish(simulator.Network, "DELIVERY_IMAGE", Photo, "COLLECTION", TimeProvider.System.GetUtcNow().AddMinutes(-i));
        }

        Publish(simulator.Network, "CUSTOMER_PAPERWORK", Scan, "DELIVERY");
        simulator.Network.Withdraw(Publish(simulator.Network, "DELIVERY_IMAGE", Photo, "COLLECTION"));
    }

    private async Task<IReadOnlyList<Check>> RunAsync(Action<HazchemNetwork, Between> differ, bool send = true, bool agrees = true)
    {
        await StartAsync();
        var between = new Between { InnerHandler = new SocketsHttpHandler() };
        differ(simulator!.Network, between);
        using var http = new HttpClient(between);
        var probe = new Probe(
            new Wire(http, simulator.Address, Key, TimeSpan.Zero),
            new ProbeOptions("HZ1", send, TimeSpan.FromDays(7)),
            _ => agrees,
            // Each look at the clock is a second on: no page may depend on having been asked for in the same one.
            new FakeTimeProvider(TimeProvider.System.GetUtcNow()) { AutoAdvanceAmount = TimeSpan.FromSeconds(1) });
        return await probe.RunAsync(Cancellation);
    }

    private static string Publish(HazchemNetwork network, string type, byte[] content, string role, DateTimeOffset? at = null) =>
        network.Publish(new PublishedDocument
        {
            ConsignmentNumber = "HZ9",
            DocumentType = type,
            Content = content,
            VisibleTo = ["045"],
            DepotRoles = [role],
            AvailableAt = at,
        });

    /// <summary>A Hazchem that goes by another header makes nothing of this one: each attempt is a new one to it.</summary>
    private static void Rename(HttpRequestMessage request, string header)
    {
        if (request.Headers.Remove(header))
        {
            request.Headers.Add(header, Guid.NewGuid().ToString());
        }
    }

    private static void Replace(bool whether, HttpResponseMessage answer, HttpStatusCode status, string body)
    {
        if (whether)
        {
            answer.StatusCode = status;
            answer.Content = new StringContent(body);
        }
    }

    private static void Change(HttpRequestMessage request, HttpResponseMessage answer, string before, string after)
    {
        if (request.RequestUri!.AbsolutePath.EndsWith("/documents", StringComparison.Ordinal) && request.Method == HttpMethod.Get)
        {
            var text = answer.Content.ReadAsStringAsync(Cancellation).GetAwaiter().GetResult();
            answer.Content = new StringContent(text.Replace(before, after, StringComparison.Ordinal));
        }
    }

    // | a key a depot | every call gets 401 | `HazchemCall.cs` |
    [GeneratedRegex(@"^\| (?!assumed \||---)(?<text>[^|\n]+?) \|[^|\n]*\|[^|\n]*\|$", RegexOptions.Multiline)]
    private static partial Regex AssumptionRow();

    /// <summary>Makes of the simulator a Hazchem whose contract differs.</summary>
    public sealed class Between : DelegatingHandler
    {
        public Action<HttpRequestMessage>? Requests { get; set; }

        public Action<HttpRequestMessage, HttpResponseMessage>? Answers { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests?.Invoke(request);
            var answer = await base.SendAsync(request, cancellationToken);
            Answers?.Invoke(request, answer);
            return answer;
        }
    }
}
